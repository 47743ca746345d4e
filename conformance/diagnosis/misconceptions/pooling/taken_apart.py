"""Both poolings window after window, so that a mistake about where the windows lie is a line changed in one place."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from gradproof.conformance.spec.cases import Array


def forward(reduce: Callable[[Array], Any], x: Array, pool_param: Mapping[str, int]) -> Any:
    """The output and how the windows lie, by which the backward goes too."""
    N, C, H, W = x.shape  # noqa: N806
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    down, across = stride, stride
    rows, columns = (H - height) // down + 1, (W - width) // across + 1
    out = np.empty((N, C, rows, columns), x.dtype)
    for i, j in np.ndindex(rows, columns):
        top, left = i * down, j * across
        window = x[:, :, top : top + height, left : left + width]
        out[:, :, i, j] = reduce(window)
    cache = x, height, width, down, across, (rows, columns)
    return out, cache


def backward(share: Callable[[Array, Array], Any], dout: Array, cache: Any) -> Any:
    """The gradient by x."""
    x, height, width, down, across, counts = cache
    counts = dout.shape[2:]
    dx = np.zeros(x.shape, dout.dtype)
    for i, j in np.ndindex(counts):
        top, left = i * down, j * across
        window = x[:, :, top : top + height, left : left + width]
        dx[:, :, top : top + height, left : left + width] += share(dout[:, :, i, j, np.newaxis, np.newaxis], window)
    return dx


def largest(window: Array) -> Any:
    """The maximum of each window."""
    return window.max(axis=(2, 3))


def to_the_largest(dout: Array, window: Array) -> Any:
    """All of dout to the first maximum, row by row."""
    flat = (window == window.max(axis=(2, 3), keepdims=True)).reshape(*window.shape[:2], -1)
    return dout * (flat & (flat.cumsum(axis=2) == 1)).reshape(window.shape)


def mean(window: Array) -> Any:
    """The mean of each window."""
    return window.mean(axis=(2, 3))


def to_all(dout: Array, window: Array) -> Any:
    """An equal share of dout to each entry."""
    return np.broadcast_to(dout / (window.shape[2] * window.shape[3]), window.shape)


max_pool_forward_naive = max_pool_forward_fast = partial(forward, largest)
max_pool_backward_naive = max_pool_backward_fast = partial(backward, to_the_largest)
avg_pool_forward_naive = avg_pool_forward_fast = partial(forward, mean)
avg_pool_backward_naive = avg_pool_backward_fast = partial(backward, to_all)
