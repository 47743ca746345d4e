"""An adapter: CMU 11-785's mytorch of 2019 and 2020, ``Linear(in, out, weight_init_fn, bias_init_fn)``.

``W`` is (in, out) and ``b`` (1, out). ``backward(delta)`` returns dx and leaves the means over the batch in ``dW`` and
``db``; here they become sums again. ``BatchNorm`` leaves sums in ``dgamma`` and ``dbeta``. Activations have
``forward(x)`` and ``derivative()``; ``SoftmaxCrossEntropy`` takes one-hot labels and gives each sample's loss and
gradient. The default dialect is theirs: alpha is the share that is kept, the running variance is biased.

    gradproof check mytorch --adapter examples/adapters/mytorch_2020.py
"""

from unittest.mock import patch

import numpy as np
import submission

Linear = getattr(submission, "Linear", None)
BatchNorm = getattr(submission, "BatchNorm", None)
SoftmaxCrossEntropy = getattr(submission, "SoftmaxCrossEntropy", None)


def rows(array):
    """One row for each sample: the course's layers take (batch, features)."""
    return array.reshape(len(array), -1)


def shaped(array, shape):
    """The array in this shape; without a row for each sample as it is, for the report to say."""
    return np.reshape(array, shape) if np.shape(array)[:1] == shape[:1] else array


def as_row(array):
    """A (1, n) array as (n,); anything else as it is, for the report to say."""
    return array[0] if np.ndim(array) == 2 and len(array) == 1 else array


def without_shape(function):
    """The function of NumPy as it was when it took None for a shape."""
    return lambda shape, *rest, **options: function(() if shape is None else shape, *rest, **options)


def made(cls, *arguments):
    """A new layer; the handout's begin with np.zeros(None) and np.ones(None)."""
    with patch.multiple(np, zeros=without_shape(np.zeros), ones=without_shape(np.ones)):
        return cls(*arguments)


def activation(name):
    """The forward and the backward of an activation; the layer is the cache."""
    cls = getattr(submission, name)

    def forward(x):
        layer = cls()
        return shaped(layer.forward(rows(x)), x.shape), layer

    def backward(dout, layer):
        return shaped(rows(dout) * layer.derivative(), dout.shape)

    return forward, backward


if hasattr(submission, "ReLU"):
    relu_forward, relu_backward = activation("ReLU")
if hasattr(submission, "Sigmoid"):
    sigmoid_forward, sigmoid_backward = activation("Sigmoid")
if hasattr(submission, "Tanh"):
    tanh_forward, tanh_backward = activation("Tanh")

if Linear:

    def affine_forward(x, w, b):
        """The weights come in through the initializers."""
        layer = made(Linear, *w.shape, lambda *_: w, lambda *_: b.reshape(1, -1))
        return layer.forward(rows(x)), (layer, x.shape)

    def affine_backward(dout, cache):
        """Means over the batch become sums."""
        layer, shape = cache
        dx = layer.backward(dout)
        return shaped(dx, shape), layer.dW * len(dout), as_row(layer.db * len(dout))


if BatchNorm:

    def batchnorm_forward(x, gamma, beta, bn_param):
        """A layer for each call; the running statistics are handed on in bn_param."""
        layer = made(BatchNorm, x.shape[1], bn_param.get("momentum", 0.9))
        layer.eps = bn_param.get("eps", 1e-5)
        layer.gamma, layer.beta = gamma.reshape(1, -1), beta.reshape(1, -1)
        layer.running_mean = bn_param.get("running_mean", np.zeros_like(gamma)).reshape(1, -1)
        layer.running_var = bn_param.get("running_var", np.zeros_like(gamma)).reshape(1, -1)
        out = layer.forward(x, bn_param["mode"] == "test")
        bn_param["running_mean"], bn_param["running_var"] = as_row(layer.running_mean), as_row(layer.running_var)
        return out, layer

    def batchnorm_backward(dout, layer):
        """These gradients are sums already."""
        return layer.backward(dout), as_row(layer.dgamma), as_row(layer.dbeta)


if SoftmaxCrossEntropy:

    def softmax_loss(x, y):
        """The mean of the samples' losses, and the gradient of that mean."""
        criterion = SoftmaxCrossEntropy()
        losses = criterion.forward(x, np.eye(x.shape[1], dtype=x.dtype)[y])
        return losses.sum() / len(x), criterion.derivative() / len(x)
