"""Mistakes in smooth activations."""

import math

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.activations.base import elementwise
from gradproof.conformance.diagnosis.misconceptions.activations.sigmoid import logistic
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("gelu",)
ROOT = math.sqrt(2 / math.pi)
ERF = np.vectorize(math.erf, otypes=[float])


def by_tanh(x: Array) -> Array:
    """GELU as it is asked for."""
    return np.asarray(0.5 * x * (1 + np.tanh(ROOT * (x + 0.044715 * x**3))))


def slope_by_tanh(dout: Array, x: Array) -> Array:
    """Its derivative."""
    t = np.tanh(ROOT * (x + 0.044715 * x**3))
    return np.asarray(dout * 0.5 * (1 + t + x * (1 - t**2) * ROOT * (1 + 0.134145 * x**2)))


@wrong(
    "gelu",
    "Your GELU is x * sigmoid(1.702 x); the one that is asked for is by tanh.",
    "How far are the two apart at x = 2?",
)
def by_a_sigmoid() -> Functions:
    def slope(dout: Array, x: Array) -> Array:
        s = logistic(1.702 * x)
        return np.asarray(dout * (s + 1.702 * x * s * (1 - s)))

    return elementwise("gelu", lambda x: x * logistic(1.702 * x), slope)


@wrong(
    "gelu",
    "Your backward is the derivative of the exact GELU, by erf; your forward is the one by tanh.",
    "Differentiate the formula that you compute.",
)
def derivative_of_the_exact_one() -> Functions:
    def slope(dout: Array, x: Array) -> Array:
        below = 0.5 * (1 + ERF(x / math.sqrt(2)))
        return np.asarray(dout * (below + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))).astype(x.dtype)

    return elementwise("gelu", by_tanh, slope)


@wrong(
    "gelu",
    "Your derivative leaves the inner one out; tanh is given a cubic of x, whose derivative multiplies.",
    "What does the chain rule ask for behind 1 - tanh^2?",
)
def inner_derivative_left_out() -> Functions:
    def slope(dout: Array, x: Array) -> Array:
        t = np.tanh(ROOT * (x + 0.044715 * x**3))
        return np.asarray(dout * 0.5 * (1 + t + x * (1 - t**2)))

    return elementwise("gelu", by_tanh, slope)


@wrong(
    "silu",
    "Your derivative is the sigmoid alone; x stands in the sigmoid too, so there is a second term.",
    "Differentiate a product of two factors that both hold x.",
)
def second_term_left_out() -> Functions:
    return elementwise("silu", lambda x: x * logistic(x), lambda dout, x: dout * logistic(x))


@wrong(
    "softplus",
    "You take exp of x as it is; for large x softplus is x, not infinity.",
    "What is log(1 + exp(1000))?",
)
def exponential_overflows() -> Functions:
    return elementwise("softplus", lambda x: np.log(1 + np.exp(x)), lambda dout, x: dout * logistic(x))


@wrong(
    "mish",
    "Your derivative leaves that of softplus out; inside of tanh there is another function of x.",
    "How many functions stand inside each other?",
)
def softplus_not_differentiated() -> Functions:
    def inside(x: Array) -> Array:
        return np.asarray(np.tanh(np.logaddexp(x, x.dtype.type(0))))

    return elementwise("mish", lambda x: x * inside(x), lambda dout, x: dout * (inside(x) + x * (1 - inside(x) ** 2)))
