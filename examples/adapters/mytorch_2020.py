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

import gradproof as gp


def without_shape(function):
    """The function of NumPy as it was when it took None for a shape."""
    return lambda shape, *rest, **options: function(() if shape is None else shape, *rest, **options)


def made(cls, *arguments):
    """A new layer; the handout's begin with np.zeros(None) and np.ones(None)."""
    with patch.multiple(np, zeros=without_shape(np.zeros), ones=without_shape(np.ones)):
        return cls(*arguments)


def linear(inputs, outputs, w, b):
    """The weights come in through the initializers."""
    return made(submission.Linear, inputs, outputs, lambda *_: w, lambda *_: b.reshape(1, -1))


def batchnorm(features, alpha):
    """A layer for each call."""
    return made(submission.BatchNorm, features, alpha)


def activation(name):
    """Its ``derivative()`` is given nothing."""
    return gp.layer(name, methods="forward derivative", backward="", derivative=True)


globals().update(
    gp.style(
        batch="rows",
        affine=gp.layer("Linear", made=linear, given="in out w b", dw="dW", db="db[None]", means="dw db"),
        relu=activation("ReLU"),
        sigmoid=activation("Sigmoid"),
        tanh=activation("Tanh"),
        batchnorm=gp.layer(
            "BatchNorm",
            made=batchnorm,
            given="features momentum",
            forward="x testing",
            eps="eps",
            gamma="gamma[None]",
            beta="beta[None]",
            running_mean="running_mean[None]",
            running_var="running_var[None]",
            dgamma="dgamma[None]",
            dbeta="dbeta[None]",
        ),
        softmax_loss=gp.layer(
            "SoftmaxCrossEntropy",
            methods="forward derivative",
            forward="x one_hot",
            backward="",
            per_sample="loss dx",
        ),
    )
)
