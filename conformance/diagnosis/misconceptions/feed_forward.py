"""Mistakes in the feed-forward part of a transformer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]
BOTH = "feed_forward residual_feed_forward"


def rows_of(x: Array) -> Array:
    """All places as rows."""
    return x.reshape(-1, x.shape[-1])


def feed_forward(
    slope: Step = lambda inner: inner > 0,
    of_first: Step = lambda x, dinner: rows_of(x).T @ rows_of(dinner),
    of_bias: Step = lambda dinner: rows_of(dinner).sum(axis=0),
    beside: Step = lambda x: x,
    back: Step = lambda dout, dx: dout + dx,
) -> Functions:
    """Both parts; ``beside`` is what is added, ``back`` how its gradient is."""

    def forward(x: Array, w1: Array, b1: Array, w2: Array, b2: Array) -> Any:
        inner = np.maximum(x @ w1 + b1, 0)
        return inner @ w2 + b2, (x, inner, w1, w2)

    def backward(dout: Array, cache: Any) -> Any:
        x, inner, w1, w2 = cache
        dinner = dout @ w2.T * slope(inner)
        of_second = rows_of(inner).T @ rows_of(dout)
        return dinner @ w1.T, of_first(x, dinner), of_bias(dinner), of_second, rows_of(dout).sum(axis=0)

    def residual_forward(x: Array, *parameters: Array) -> Any:
        out, cache = forward(x, *parameters)
        return beside(x) + out, cache

    def residual_backward(dout: Array, cache: Any) -> Any:
        dx, *others = backward(dout, cache)
        return (back(dout, dx), *others)

    return {
        "feed_forward_forward": forward,
        "feed_forward_backward": backward,
        "residual_feed_forward_forward": residual_forward,
        "residual_feed_forward_backward": residual_backward,
    }


@wrong(
    BOTH,
    "Your backward does not pass the rectifier; where the hidden unit is 0 nothing goes further down.",
    "What stands between the two affine maps?",
)
def rectifier_left_out_of_the_backward() -> Functions:
    return feed_forward(slope=np.ones_like)


@wrong(
    BOTH,
    "Your first bias gradient is summed over the samples alone; it is summed over the steps as well.",
    "To how many places is the same bias added?",
)
def bias_gradient_of_each_step() -> Functions:
    return feed_forward(of_bias=lambda dinner: dinner.sum(axis=0))


@wrong(
    BOTH,
    "Your first weight gradient is that of the last step; the same weights work at every step, so all steps add up.",
    "Which steps does your sum run over?",
)
def weight_gradient_of_the_last_step() -> Functions:
    return feed_forward(of_first=lambda x, dinner: x[:, -1].T @ dinner[:, -1])


@wrong(
    "residual_feed_forward",
    "Your dx is that of the inner part alone; x is added as well, so dout reaches it by itself too.",
    "How many arrows leave x?",
)
def gradient_of_the_residual_lost() -> Functions:
    return feed_forward(back=lambda _dout, dx: dx)


@wrong(
    "residual_feed_forward",
    "Your output is that of the inner part alone; x is added to it.",
    "What makes a residual layer one?",
)
def residual_left_out() -> Functions:
    return feed_forward(beside=np.zeros_like, back=lambda _dout, dx: dx)
