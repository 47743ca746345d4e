"""An adapter: CMU 11-785's mytorch of 2023 and later, whose activations have ``backward(dLdA)``.

``Linear(in_features, out_features)`` has ``W`` (out, in) and ``b`` (out, 1). ``dLdW`` and ``dLdb``, ``dLdBW`` and
``dLdBb`` are sums, an activation's ``backward(dLdA)`` returns dLdZ, and ``CrossEntropyLoss``, the mean loss for one-hot
labels, divides its gradient by the batch. The default dialect is theirs: alpha is the share that is kept, the running
variance is biased.

    gradproof check mytorch --adapter examples/adapters/mytorch_2023.py

The package is imported as a whole, and its GELU takes erf from SciPy. Where that is missing, erf comes from here.
"""

import math
import sys
from importlib.util import find_spec
from types import ModuleType

import numpy as np
import submission

if not find_spec("scipy"):
    scipy, special = ModuleType("scipy"), ModuleType("scipy.special")
    scipy.special, special.erf = special, np.vectorize(math.erf)
    sys.modules.update({"scipy": scipy, "scipy.special": special})

Linear = getattr(submission, "Linear", None)
BatchNorm1d = getattr(submission, "BatchNorm1d", None)
CrossEntropyLoss = getattr(submission, "CrossEntropyLoss", None)


def rows(array):
    """One row for each sample: the course's layers take (batch, features)."""
    return array.reshape(len(array), -1)


def shaped(array, shape):
    """The array in this shape; without a row for each sample as it is, for the report to say."""
    return np.reshape(array, shape) if np.shape(array)[:1] == shape[:1] else array


def as_row(array):
    """A (1, n) array as (n,); anything else as it is, for the report to say."""
    return array[0] if np.ndim(array) == 2 and len(array) == 1 else array


def activation(name):
    """The forward and the backward of an activation; the layer is the cache."""
    cls = getattr(submission, name)

    def forward(x):
        layer = cls()
        return shaped(layer.forward(rows(x)), x.shape), layer

    def backward(dout, layer):
        return shaped(layer.backward(rows(dout)), dout.shape)

    return forward, backward


if hasattr(submission, "ReLU"):
    relu_forward, relu_backward = activation("ReLU")
if hasattr(submission, "Sigmoid"):
    sigmoid_forward, sigmoid_backward = activation("Sigmoid")
if hasattr(submission, "Tanh"):
    tanh_forward, tanh_backward = activation("Tanh")

if Linear:

    def affine_forward(x, w, b):
        """The other layout: W is transposed, b a column."""
        layer = Linear(*w.shape)
        layer.W, layer.b = w.T, b.reshape(-1, 1)
        return layer.forward(rows(x)), (layer, x.shape)

    def affine_backward(dout, cache):
        """The same layout on the way back."""
        layer, shape = cache
        dx = layer.backward(dout)
        return shaped(dx, shape), layer.dLdW.T, as_row(layer.dLdb.T)


if BatchNorm1d:

    def batchnorm_forward(x, gamma, beta, bn_param):
        """A layer for each call; the running statistics are handed on in bn_param."""
        layer = BatchNorm1d(x.shape[1], bn_param.get("momentum", 0.9))
        layer.eps = bn_param.get("eps", 1e-5)
        layer.BW, layer.Bb = gamma.reshape(1, -1), beta.reshape(1, -1)
        layer.running_M = bn_param.get("running_mean", np.zeros_like(gamma)).reshape(1, -1)
        layer.running_V = bn_param.get("running_var", np.zeros_like(gamma)).reshape(1, -1)
        out = layer.forward(x, bn_param["mode"] == "test")
        bn_param["running_mean"], bn_param["running_var"] = as_row(layer.running_M), as_row(layer.running_V)
        return out, layer

    def batchnorm_backward(dout, layer):
        """The parameters' gradients are read off the layer."""
        return layer.backward(dout), as_row(layer.dLdBW), as_row(layer.dLdBb)


if CrossEntropyLoss:

    def softmax_loss(x, y):
        """The mean loss, which some keep as (1, 1), and its gradient."""
        criterion = CrossEntropyLoss()
        loss = criterion.forward(x, np.eye(x.shape[1], dtype=x.dtype)[y])
        return np.squeeze(loss), criterion.backward()
