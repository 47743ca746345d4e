"""Mistakes in normalization by the root of the mean square."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def rmsnorm(
    inverse: Step = lambda x, eps: 1 / np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + eps),
    centred: Step = lambda x: x,
    dx: Step = lambda g, x_hat: g - x_hat * (g * x_hat).mean(axis=-1, keepdims=True),
    dgamma: Step = lambda dout, x_hat: (dout * x_hat).reshape(-1, x_hat.shape[-1]).sum(axis=0),
    scaled: Step = lambda dout, gamma: dout * gamma,
) -> Functions:
    """RMSNorm."""

    def rmsnorm_forward(x: Array, gamma: Array, eps: float) -> Any:
        root = inverse(centred(x), x.dtype.type(eps))
        x_hat = centred(x) * root
        return gamma * x_hat, (x_hat, root, gamma)

    def rmsnorm_backward(dout: Array, cache: Any) -> Any:
        x_hat, root, gamma = cache
        return dx(scaled(dout, gamma), x_hat) * root, dgamma(dout, x_hat)

    return {"rmsnorm_forward": rmsnorm_forward, "rmsnorm_backward": rmsnorm_backward}


@wrong(
    "rmsnorm",
    "You take the mean of each row out first, which is layer normalization; here nothing is centred.",
    "Which of the two statistics of layer normalization is left?",
)
def centred_first() -> Functions:
    return rmsnorm(centred=lambda x: x - x.mean(axis=-1, keepdims=True))


@wrong(
    "rmsnorm",
    "You add eps to the root; eps stands under the root, beside the mean of the squares.",
    "Follow the parentheses: what is the square root taken of?",
)
def eps_outside_the_root() -> Functions:
    return rmsnorm(inverse=lambda x, eps: 1 / (np.sqrt(np.square(x).mean(axis=-1, keepdims=True)) + eps))


@wrong(
    "rmsnorm",
    "You divide by the root of the sum of the squares; it is that of their mean.",
    "What is the output of a row of ones?",
)
def root_of_the_sum() -> Functions:
    return rmsnorm(inverse=lambda x, eps: 1 / np.sqrt(np.square(x).sum(axis=-1, keepdims=True) + eps))


@wrong(
    "rmsnorm",
    "Your dx takes the root for a constant; it depends on x, so there is a second term.",
    "In how many places of the formula does x stand?",
)
def root_taken_for_a_constant() -> Functions:
    return rmsnorm(dx=lambda g, _x_hat: g)


@wrong(
    "rmsnorm",
    "Your dx leaves gamma out; what comes from above passes gamma first.",
    "What does dout belong to, out or the normalized x?",
)
def dx_without_gamma() -> Functions:
    return rmsnorm(scaled=lambda dout, _gamma: dout)


@wrong(
    "rmsnorm",
    "Your gradient of gamma is summed over the first axis alone; gamma has one, and all others are summed over.",
    "Which shape does gamma have, and which does your gradient have where x has three axes?",
)
def gradient_of_gamma_over_the_first_axis() -> Functions:
    return rmsnorm(dgamma=lambda dout, x_hat: (dout * x_hat).sum(axis=0))
