"""Pooling of images over windows, readable and fast."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .validation import Array, require_images, require_shape, required_pair
from .windows import Windows

SIDES = "pool_height and pool_width"


@dataclass(frozen=True)
class PoolingCache:
    """What a backward needs: the images, the windows, and what came of each."""

    x: Array
    windows: Windows
    out: Array


def max_pool_forward_naive(x: Array, pool_param: Mapping[str, Any]) -> tuple[Array, PoolingCache]:
    """``out[n, c, i, j] = max of x over window (i, j)``, one window after the other.

    A NaN in a window is its maximum. Of equal entries the first, row by row, is the one that counts in the backward.

    Args:
        x: (N, C, H, W), float.
        pool_param: ``pool_height``, ``pool_width``, and ``stride`` (a number, or a pair for rows and columns). Windows
            may overlap; what is left over at the right and the bottom is in none.

    Returns:
        out (N, C, H', W') with H' = floor((H - pool_height) / stride) + 1, and the cache for the backward.

    Raises:
        ValueError: if x is no batch of images, or the window does not fit into one.

    Source: cs231n assignment 2; torch.nn.functional.max_pool2d.
    """
    windows = _windows("max_pool_forward_naive", x, pool_param)
    out = np.empty((*x.shape[:2], *windows.counts), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[(n, c, *windows.window(i, j))].max()
    return out, PoolingCache(x, windows, out)


def max_pool_backward_naive(dout: Array, cache: PoolingCache) -> Array:
    """Gradient of :func:`max_pool_forward_naive`: each dout goes to the entry that was the maximum.

    Where windows overlap, an entry may be the maximum of several, and gets the sum.

    Args:
        dout: (N, C, H', W'), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, C, H, W).

    Raises:
        ValueError: if dout does not have the shape of out.
    """
    dx = _empty_gradient("max_pool_backward_naive", dout, cache)
    for n, c, i, j in np.ndindex(dout.shape):
        window = (n, c, *cache.windows.window(i, j))
        is_maximum = _is_maximum(cache.x[window], cache.out[n, c, i, j])
        dx[window][np.unravel_index(is_maximum.argmax(), is_maximum.shape)] += dout[n, c, i, j]
    return dx


def max_pool_forward_fast(x: Array, pool_param: Mapping[str, Any]) -> tuple[Array, PoolingCache]:
    """:func:`max_pool_forward_naive` over all windows at once, one of their entries after the other."""
    windows = _windows("max_pool_forward_fast", x, pool_param)
    out = np.full((*x.shape[:2], *windows.counts), -np.inf, x.dtype)
    for _, _, pixels in windows.entries():
        np.maximum(out, x[(..., *pixels)], out=out)
    return out, PoolingCache(x, windows, out)


def max_pool_backward_fast(dout: Array, cache: PoolingCache) -> Array:
    """Gradient of :func:`max_pool_forward_fast`; args, returns and errors as in :func:`max_pool_backward_naive`."""
    dx = _empty_gradient("max_pool_backward_fast", dout, cache)
    is_open = np.ones(dout.shape, bool)
    for _, _, pixels in cache.windows.entries():
        is_first = _is_maximum(cache.x[(..., *pixels)], cache.out) & is_open
        is_open ^= is_first
        dx[(..., *pixels)] += dout * is_first
    return dx


def avg_pool_forward_naive(x: Array, pool_param: Mapping[str, Any]) -> tuple[Array, PoolingCache]:
    """``out[n, c, i, j] = mean of x over window (i, j)``, one after the other.

    Args, returns and errors as in :func:`max_pool_forward_naive`.

    Source: torch.nn.functional.avg_pool2d.
    """
    windows = _windows("avg_pool_forward_naive", x, pool_param)
    out = np.empty((*x.shape[:2], *windows.counts), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        out[n, c, i, j] = x[(n, c, *windows.window(i, j))].mean()
    return out, PoolingCache(x, windows, out)


def avg_pool_backward_naive(dout: Array, cache: PoolingCache) -> Array:
    """Gradient of :func:`avg_pool_forward_naive`: each dout is shared equally by the entries of its window."""
    dx = _empty_gradient("avg_pool_backward_naive", dout, cache)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[(n, c, *cache.windows.window(i, j))] += dout[n, c, i, j] / cache.windows.size
    return dx


def avg_pool_forward_fast(x: Array, pool_param: Mapping[str, Any]) -> tuple[Array, PoolingCache]:
    """:func:`avg_pool_forward_naive` over all windows at once, one of their entries after the other."""
    windows = _windows("avg_pool_forward_fast", x, pool_param)
    out = np.zeros((*x.shape[:2], *windows.counts), x.dtype)
    for _, _, pixels in windows.entries():
        out += x[(..., *pixels)]
    out /= windows.size
    return out, PoolingCache(x, windows, out)


def avg_pool_backward_fast(dout: Array, cache: PoolingCache) -> Array:
    """Gradient of :func:`avg_pool_forward_fast`; args, returns and errors as in :func:`max_pool_backward_naive`."""
    dx = _empty_gradient("avg_pool_backward_fast", dout, cache)
    shares = dout / cache.windows.size
    for _, _, pixels in cache.windows.entries():
        dx[(..., *pixels)] += shares
    return dx


def _windows(function: str, x: Array, pool_param: Mapping[str, Any]) -> Windows:
    require_images(function, "x", x)
    windows = Windows(
        image=x.shape[2:],
        kernel=required_pair(function, {SIDES: (pool_param.get("pool_height"), pool_param.get("pool_width"))}, SIDES),
        stride=required_pair(function, pool_param, "stride"),
    )
    windows.require_fit(function)
    return windows


def _empty_gradient(function: str, dout: Array, cache: PoolingCache) -> Array:
    require_shape(function, "dout", dout, cache.out.shape)
    return np.zeros(cache.x.shape, dout.dtype)


def _is_maximum(values: Array, maximum: Array) -> Any:
    """Whether the values are the maxima of their windows; a NaN is one."""
    return (values == maximum) | np.isnan(values)
