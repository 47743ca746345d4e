"""Mistakes in the feed-forward part of a transformer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
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
