"""An adapter: numpy-ml's layers, which learn the size of their input from the first batch they see.

``FullyConnected(n_out)`` keeps ``parameters["W"]`` (in, out) and ``["b"]`` (1, out) and adds up ``gradients``;
``BatchNorm1D`` and ``LayerNorm1D`` call theirs scaler and intercept. A frozen layer, ``trainable = False``, is one in
test mode. Activations have ``fn(z)`` and ``grad(z)``. The default dialect is theirs: momentum is the share that is
kept, the running variance is biased. Gradients that are added to what was there cannot be declared by ``gp.style``.

    gradproof check numpy_ml/neural_nets --adapter examples/adapters/numpy_ml_layers.py
"""

import numpy as np
import submission


def shaped(array, shape):
    """The array in this shape; without a row for each sample as it is, for the report to say."""
    return np.reshape(array, shape) if np.shape(array)[:1] == shape[:1] else array


def as_row(array):
    """A (1, n) array as (n,); anything else as it is, for the report to say."""
    return array[0] if np.ndim(array) == 2 and len(array) == 1 else array


def initialized(layer, size, **parameters):
    """The layer as after its first batch of ``size`` features, with these parameters."""
    layer.n_in = size
    layer._init_params()
    layer.parameters.update(parameters)
    return layer


def gradients(layer, dout, *names):
    """The gradient by the input, and what is added for these parameters to zeros of their own kind."""
    layer.gradients = {name: np.zeros_like(layer.parameters[name]) for name in names}
    return layer.backward(dout), *(layer.gradients[name] for name in names)


def activation(name):
    """The forward and the backward of an activation; its argument is the cache."""
    cls = getattr(submission, name)

    def forward(x):
        return cls().fn(x), x

    def backward(dout, x):
        return dout * cls().grad(x)

    return forward, backward


if hasattr(submission, "ReLU"):
    relu_forward, relu_backward = activation("ReLU")
if hasattr(submission, "Sigmoid"):
    sigmoid_forward, sigmoid_backward = activation("Sigmoid")
if hasattr(submission, "Tanh"):
    tanh_forward, tanh_backward = activation("Tanh")

if hasattr(submission, "FullyConnected"):
    FullyConnected = submission.FullyConnected

    def affine_forward(x, w, b):
        """The layer is the cache."""
        layer = initialized(FullyConnected(w.shape[1]), w.shape[0], W=w, b=b.reshape(1, -1))
        return layer.forward(x.reshape(len(x), -1)), (layer, x.shape)

    def affine_backward(dout, cache):
        """The gradient by the bias is a row."""
        layer, shape = cache
        dx, dw, db = gradients(layer, dout, "W", "b")
        return shaped(dx, shape), dw, as_row(db)


def norm_backward(dout, layer):
    """The backward of both normalizations."""
    return gradients(layer, dout, "scaler", "intercept")


if hasattr(submission, "BatchNorm1D"):
    BatchNorm1D = submission.BatchNorm1D
    batchnorm_backward = norm_backward

    def batchnorm_forward(x, gamma, beta, bn_param):
        """A layer for each call; the running statistics are handed on in bn_param."""
        layer = BatchNorm1D(bn_param.get("momentum", 0.9), bn_param.get("eps", 1e-5))
        statistics = {name: bn_param.get(name, np.zeros_like(gamma)) for name in ("running_mean", "running_var")}
        layer = initialized(layer, x.shape[1], scaler=gamma, intercept=beta, **statistics)
        layer.trainable = bn_param["mode"] == "train"
        out = layer.forward(x)
        bn_param.update({name: layer.parameters[name] for name in statistics})
        return out, layer


if hasattr(submission, "LayerNorm1D"):
    LayerNorm1D = submission.LayerNorm1D
    layernorm_backward = norm_backward

    def layernorm_forward(x, gamma, beta, ln_param):
        """Gamma and beta of the samples' features."""
        layer = initialized(LayerNorm1D(ln_param.get("eps", 1e-5)), x.shape[1], scaler=gamma, intercept=beta)
        return layer.forward(x), layer
