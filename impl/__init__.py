"""Layers, losses, blocks and update rules written from scratch in NumPy, in the cs231n function style.

Every forward returns ``(out, cache)`` and every backward takes ``(dout, cache)``. Rows are samples, weights are
``(in, out)``, the dtype that comes in goes out, and no input is ever written to.
"""

from impl.activations import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from impl.affine import affine_backward, affine_forward
from impl.blocks import (
    affine_bn_relu_backward,
    affine_bn_relu_forward,
    affine_ln_relu_backward,
    affine_ln_relu_forward,
    affine_relu_backward,
    affine_relu_forward,
)
from impl.dropout import dropout_backward, dropout_forward
from impl.losses import softmax_cross_entropy, softmax_cross_entropy_backward, softmax_loss, svm_loss
from impl.networks import FullyConnectedNet, Network, ShallowLayerNet, TwoLayerNet
from impl.normalization import (
    batchnorm_backward,
    batchnorm_backward_alt,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
)
from impl.optim import adam, nesterov, rmsprop, sgd, sgd_momentum
from impl.solver import Solver

__all__ = [
    "FullyConnectedNet",
    "Network",
    "ShallowLayerNet",
    "Solver",
    "TwoLayerNet",
    "adam",
    "affine_backward",
    "affine_bn_relu_backward",
    "affine_bn_relu_forward",
    "affine_forward",
    "affine_ln_relu_backward",
    "affine_ln_relu_forward",
    "affine_relu_backward",
    "affine_relu_forward",
    "batchnorm_backward",
    "batchnorm_backward_alt",
    "batchnorm_forward",
    "dropout_backward",
    "dropout_forward",
    "layernorm_backward",
    "layernorm_forward",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "nesterov",
    "relu_backward",
    "relu_forward",
    "rmsprop",
    "sgd",
    "sgd_momentum",
    "sigmoid_backward",
    "sigmoid_forward",
    "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
    "softmax_loss",
    "svm_loss",
    "tanh_backward",
    "tanh_forward",
]
