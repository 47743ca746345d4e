"""Mistakes in softmax as a layer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def shares(x: Array, axis: int) -> Array:
    """Softmax, the maximum of each line taken out."""
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def whole(dout: Array, out: Array, axis: int) -> Any:
    """By the whole Jacobian."""
    return out * (dout - (dout * out).sum(axis=axis, keepdims=True))


def softmax(out: Step = shares, dx: Step = whole, kept: Step = lambda _x, out: out) -> Functions:
    """Softmax of the rows, and over any axis; ``kept(x, out)`` is what the backward takes for the output."""

    def softmax_axis_forward(x: Array, axis: int) -> Any:
        value = out(x, axis)
        return value, (kept(x, value), axis)

    def softmax_axis_backward(dout: Array, cache: Any) -> Any:
        return dx(dout, *cache)

    return {
        "softmax_forward": lambda x: softmax_axis_forward(x, 1),
        "softmax_backward": softmax_axis_backward,
        "softmax_axis_forward": softmax_axis_forward,
        "softmax_axis_backward": softmax_axis_backward,
    }


@wrong(
    "softmax softmax_axis",
    "Your backward takes the diagonal of the Jacobian alone, s * (1 - s); every score moves every share of its row.",
    "If one share grows, what happens to the others?",
)
def diagonal_of_the_jacobian_alone() -> Functions:
    return softmax(dx=lambda dout, out, _axis: dout * out * (1 - out))


@wrong(
    "softmax softmax_axis",
    "Your backward is divided by the number of samples; a layer divides nothing.",
    "Who averages over the batch, the loss or the layer below it?",
)
def divided_by_the_batch() -> Functions:
    return softmax(dx=lambda dout, out, axis: whole(dout, out, axis) / len(out))


@wrong(
    "softmax softmax_axis",
    "Your backward works on the scores as if they were the shares; the formula is one of the output.",
    "What is in your cache, x or out?",
)
def jacobian_of_the_input() -> Functions:
    return softmax(kept=lambda x, _out: x)


@wrong(
    "softmax_axis",
    "You always work along the last axis; the axis is an argument.",
    "What does your function do with axis=0?",
)
def always_the_last_axis() -> Functions:
    return softmax(
        out=lambda x, axis: shares(x, -1 if x.ndim > 1 else axis), dx=lambda dout, out, _axis: whole(dout, out, -1)
    )


@wrong(
    "softmax_axis",
    "Your backward turns the axis to the rows by a reshape; a reshape moves no axis, np.moveaxis does.",
    "Which numbers stand side by side after x.reshape(-1, x.shape[axis])?",
)
def axis_turned_by_a_reshape() -> Functions:
    def reshaped(dout: Array, out: Array, axis: int) -> Any:
        rows, upstream = (each.reshape(-1, out.shape[axis]) for each in (out, dout))
        return whole(upstream, rows, 1).reshape(out.shape)

    return softmax(dx=reshaped)


@wrong(
    "softmax softmax_axis",
    "You add a small number to the sum under the shares; the largest power is 1, so the sum is never 0.",
    "What do your shares add up to?",
)
def small_number_in_the_denominator() -> Functions:
    def slightly_less(x: Array, axis: int) -> Any:
        powers = np.exp(x - x.max(axis=axis, keepdims=True))
        return powers / (powers.sum(axis=axis, keepdims=True) + x.dtype.type(1e-4))

    return softmax(out=slightly_less)


def log_softmax(out: Step, dx: Step) -> Functions:
    """The logarithm of softmax, of the rows."""

    def log_softmax_forward(x: Array) -> Any:
        value = out(x)
        return value, value

    return {"log_softmax_forward": log_softmax_forward, "log_softmax_backward": dx}


@wrong(
    "log_softmax",
    "Your logarithm is taken of the shares; far below the largest score a share is 0, which has none.",
    "Can the logarithm of the sum be subtracted without dividing first?",
)
def logarithm_of_the_shares() -> Functions:
    return log_softmax(
        lambda x: np.log(shares(x, 1)), lambda dout, out: dout - np.exp(out) * dout.sum(axis=1, keepdims=True)
    )


@wrong(
    "log_softmax",
    "Your backward is that of softmax; that of its logarithm is dout less the shares times the sum of dout.",
    "Which function does your cache hold, and which derivative is yours?",
)
def backward_of_softmax() -> Functions:
    return log_softmax(
        lambda x: x - np.logaddexp.reduce(x, axis=1, keepdims=True), lambda dout, out: whole(dout, np.exp(out), 1)
    )
