"""Mistakes in tanh."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.activations.base import Step, elementwise
from gradproof.conformance.spec.cases import Array


def tanh(out: Step = np.tanh, dx: Step = lambda dout, x: dout * (1 - np.tanh(x) ** 2)) -> Functions:
    """The hyperbolic tangent."""
    return elementwise("tanh", out, dx)


def ratio(x: Array) -> Any:
    """Tanh by two exponentials."""
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@wrong(
    "tanh",
    "You divide one overflowing exponential by another; tanh is 1 for large x, not NaN.",
    "NumPy has this function; or use exponentials that stay small, each on its own side of 0.",
)
def exponentials_overflow() -> Functions:
    return tanh(out=ratio)


@wrong(
    "tanh",
    "You divide one overflowing exponential by another, and the gradient is made of the result; tanh is 1 for large x, "
    "not NaN.",
    "NumPy has this function; or use exponentials that stay small, each on its own side of 0.",
)
def exponentials_overflow_into_the_gradient() -> Functions:
    return tanh(out=ratio, dx=lambda dout, x: dout * (1 - ratio(x) ** 2))


@wrong(
    "tanh",
    "You compute tanh(x / 2); the formula by the sigmoid takes twice x inside.",
    "Compare the slope at 0 with 1.",
)
def half_the_argument() -> Functions:
    return tanh(out=lambda x: np.tanh(x / 2))


@wrong(
    "tanh",
    "Your derivative is 1 - x^2 of the input; it is 1 - out^2 of the output.",
    "Which of the two does the formula in the text mean?",
)
def derivative_of_x_instead_of_out() -> Functions:
    return tanh(dx=lambda dout, x: dout * (1 - x**2))


@wrong(
    "tanh",
    "Your derivative applies tanh to what is already its output; once is enough.",
    "What is in the cache, x or out?",
)
def derivative_applies_tanh_twice() -> Functions:
    return tanh(dx=lambda dout, x: dout * (1 - np.tanh(np.tanh(x)) ** 2))


@wrong(
    "tanh",
    "Your derivative is 1 - out; the output is squared there.",
    "The slope of tanh is the same at x and at -x: is yours?",
)
def derivative_without_the_square() -> Functions:
    return tanh(dx=lambda dout, x: dout * (1 - np.tanh(x)))


@wrong(
    "tanh",
    "Your derivative is (1 - out)^2; only the output is squared.",
    "The slope of tanh is the same at x and at -x: is yours?",
)
def derivative_squares_too_much() -> Functions:
    return tanh(dx=lambda dout, x: dout * (1 - np.tanh(x)) ** 2)


@wrong(
    "tanh",
    "Your derivative is out * (1 - out), which is that of the sigmoid; tanh has another.",
    "What is the slope of tanh at 0?",
)
def derivative_of_the_sigmoid() -> Functions:
    return tanh(dx=lambda dout, x: dout * np.tanh(x) * (1 - np.tanh(x)))


@wrong(
    "tanh",
    "Your backward returns the slope alone; the chain rule multiplies it by dout.",
    "Is your result the same whatever the layer above says?",
)
def upstream_gradient_is_forgotten() -> Functions:
    return tanh(dx=lambda dout, x: 1 - np.tanh(x) ** 2)
