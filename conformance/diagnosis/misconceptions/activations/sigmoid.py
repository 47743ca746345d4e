"""Mistakes in the sigmoid."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.activations.base import Step, elementwise
from gradproof.conformance.spec.cases import Array


def logistic(x: Array) -> Any:
    """1 / (1 + exp(-x)), without overflow."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


def sigmoid(out: Step = logistic, dx: Step = lambda dout, x: dout * logistic(x) * (1 - logistic(x))) -> Functions:
    """The logistic function."""
    return elementwise("sigmoid", out, dx)


@wrong(
    "sigmoid",
    "You divide one overflowing exponential by another; the sigmoid is 1 for large x, not NaN.",
    "Which of exp(x) and exp(-x) stays small for a large positive x, which for a large negative one?",
)
def exponential_overflows() -> Functions:
    return sigmoid(out=lambda x: np.exp(x) / (1 + np.exp(x)))


@wrong(
    "sigmoid",
    "You have the sign of the exponent reversed; the sigmoid rises with x.",
    "What is to come out for a large positive x?",
)
def exponent_has_the_wrong_sign() -> Functions:
    return sigmoid(out=lambda x: logistic(-x))


@wrong(
    "sigmoid",
    "Your derivative is x * (1 - x) of the input; it is out * (1 - out) of the output.",
    "Which of the two does the formula in the text mean?",
)
def derivative_of_x_instead_of_out() -> Functions:
    return sigmoid(dx=lambda dout, x: dout * x * (1 - x))


@wrong(
    "sigmoid",
    "Your derivative applies the sigmoid to what is already its output; once is enough.",
    "What is in the cache, x or out?",
)
def derivative_applies_the_sigmoid_twice() -> Functions:
    return sigmoid(dx=lambda dout, x: dout * logistic(logistic(x)) * (1 - logistic(logistic(x))))


@wrong(
    "sigmoid",
    "Your derivative is the output itself; it is the output times its complement to 1.",
    "What is the slope of the sigmoid far to the right?",
)
def derivative_forgets_the_complement() -> Functions:
    return sigmoid(dx=lambda dout, x: dout * logistic(x))


@wrong(
    "sigmoid",
    "Your derivative is 1 minus the output; it is the output times that.",
    "What is the slope of the sigmoid far to the left?",
)
def derivative_is_the_complement() -> Functions:
    return sigmoid(dx=lambda dout, x: dout * (1 - logistic(x)))


@wrong(
    "sigmoid",
    "Your derivative is 1 - out^2, which is that of tanh; the sigmoid has another.",
    "What is the slope of the sigmoid at 0?",
)
def derivative_of_tanh() -> Functions:
    return sigmoid(dx=lambda dout, x: dout * (1 - logistic(x) ** 2))


@wrong(
    "sigmoid",
    "Your backward returns the slope alone; the chain rule multiplies it by dout.",
    "Is your result the same whatever the layer above says?",
)
def upstream_gradient_is_forgotten() -> Functions:
    return sigmoid(dx=lambda dout, x: logistic(x) * (1 - logistic(x)))
