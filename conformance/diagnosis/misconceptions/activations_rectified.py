"""Mistakes in rectifiers that do not end at 0."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.activations.base import Step, elementwise
from gradproof.conformance.spec.cases import Array

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805


def below(x: Array, alpha: float) -> Any:
    """What elu is below 0."""
    return alpha * np.expm1(np.minimum(x, 0))


def elu(
    out: Step = lambda x, alpha: np.where(x > 0, x, below(x, alpha)),
    dx: Step = lambda dout, x, alpha: dout * np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0))),
) -> Functions:
    """ELU."""
    return elementwise("elu", out, dx)


@wrong(
    "elu",
    "Your derivative below 0 is the output; it is the output plus alpha, which is alpha * exp(x).",
    "Differentiate alpha * (exp(x) - 1).",
)
def slope_is_the_output() -> Functions:
    return elu(dx=lambda dout, x, alpha: dout * np.where(x > 0, 1, below(x, alpha)))


@wrong(
    "elu",
    "Your derivative below 0 leaves alpha out; it is alpha * exp(x).",
    "What multiplies the exponential in the forward?",
)
def slope_without_alpha() -> Functions:
    return elu(dx=lambda dout, x, _alpha: dout * np.where(x > 0, 1, np.exp(np.minimum(x, 0))))


@wrong(
    "elu",
    "Your derivative adds 1 to the output; below 0 it is the output plus alpha.",
    "For which alpha is that the same?",
)
def slope_by_one_for_alpha() -> Functions:
    return elu(dx=lambda dout, x, alpha: dout * np.where(x > 0, 1, below(x, alpha) + 1))


@wrong(
    "elu",
    "Your two sides are multiplied by masks and added; exp overflows on the other side, and infinity times 0 is NaN.",
    "What is np.exp(800) * 0?",
)
def sides_added_by_masks() -> Functions:
    return elu(out=lambda x, alpha: x * (x > 0) + alpha * (np.exp(x) - 1) * (x <= 0))


def selu(alpha: float = ALPHA, scale: float = SCALE, of_slope: float = SCALE) -> Functions:
    """SELU by its two numbers."""
    return elementwise(
        "selu",
        lambda x: scale * np.where(x > 0, x, below(x, alpha)),
        lambda dout, x: of_slope * dout * np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0))),
    )


@wrong(
    "selu",
    "Your two numbers are rounded to a few digits; they are 1.6732632423543772 and 1.0507009873554805.",
    "How many digits does the paper's code have?",
)
def numbers_rounded() -> Functions:
    return selu(1.67326, 1.0507, 1.0507)


@wrong(
    "selu",
    "Your derivative leaves the scale out; it multiplies both sides.",
    "What is the slope of SELU for positive x?",
)
def slope_without_the_scale() -> Functions:
    return selu(of_slope=1.0)


def prelu(da: Step) -> Functions:
    """PReLU with another gradient of its slope, ``da(dout * min(x, 0), a)``."""

    def along(x: Array, a: Array) -> Any:
        return a.reshape(-1, *(1 for _ in x.shape[2:]))

    def prelu_forward(x: Array, a: Array) -> Any:
        return np.where(x > 0, x, along(x, a) * x), (x, a)

    def prelu_backward(dout: Array, cache: Any) -> Any:
        x, a = cache
        return np.where(x > 0, dout, along(x, a) * dout), da(dout * np.minimum(x, 0), a)

    return {"prelu_forward": prelu_forward, "prelu_backward": prelu_backward}


@wrong(
    "prelu",
    "Your slope's gradient is one number for all channels; each channel has a slope of its own.",
    "Which shape does a have?",
)
def one_gradient_for_all_slopes() -> Functions:
    return prelu(lambda each, a: np.full_like(a, each.sum()))


@wrong(
    "prelu",
    "Your slope's gradient is a mean; all elements of a channel add up.",
    "Does anything divide by their number?",
)
def slope_gradient_is_a_mean() -> Functions:
    def mean(each: Array, a: Array) -> Any:
        sums = each.reshape(*each.shape[:2], -1).sum(axis=(0, 2))
        return (sums if len(a) > 1 else sums.sum(keepdims=True)) / a.dtype.type(each.size // len(a))

    return prelu(mean)
