"""Pooling, window after window, whose steps can be replaced.

The mistakes stand in the files whose names begin like this one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]
Pair = tuple[int, int]
MAXIMUM_NAMES = "max_pool max_pool_fast"
AVERAGE_NAMES = "avg_pool avg_pool_fast"
FAST_NAMES = "max_pool_fast avg_pool_fast"
ALL = f"{MAXIMUM_NAMES} {AVERAGE_NAMES}"
VERSIONS = ("naive", "fast")


@dataclass(frozen=True, eq=False)
class Windows:
    """What a backward needs: the images, the size of a window, the strides, the rows and columns of windows."""

    x: Array
    size: Pair
    stride: Pair
    counts: Pair


def read(pool_param: Mapping[str, int]) -> tuple[Pair, Pair]:
    """The size of a window and the strides."""
    return (pool_param["pool_height"], pool_param["pool_width"]), (pool_param["stride"],) * 2


def count(image: Pair, size: Pair, stride: Pair) -> Pair:
    """The rows and columns of windows."""
    rows, columns = ((length - s) // step + 1 for length, s, step in zip(image, size, stride, strict=True))
    return rows, columns


def window(at: Pair, size: Pair, stride: Pair) -> tuple[slice, slice]:
    """The rows and columns of pixels of window ``at``."""
    rows, columns = (slice(i * step, i * step + s) for i, s, step in zip(at, size, stride, strict=True))
    return rows, columns


@dataclass(frozen=True)
class Pool:
    """A pooling, in steps.

    Args:
        reduce: an (N, C, h, w) window to (N, C).
        share: what each entry of a window gets, from (dout of the window, the window, all windows).
    """

    reduce: Step
    share: Step
    read: Step = read
    count: Step = count
    window: Step = window
    visited: Step = lambda dout, _windows: dout.shape[2:]

    def forward(self, x: Array, pool_param: Mapping[str, int]) -> Any:
        """The output and the cache."""
        size, stride = self.read(pool_param)
        windows = Windows(x, size, stride, self.count(x.shape[2:], size, stride))
        out = np.empty((*x.shape[:2], *windows.counts), x.dtype)
        for at in np.ndindex(windows.counts):
            out[(..., *at)] = self.reduce(x[(..., *self.window(at, size, stride))])
        return out, windows

    def backward(self, dout: Array, windows: Windows) -> Any:
        """The gradient by x."""
        dx = np.zeros(windows.x.shape, dout.dtype)
        for at in np.ndindex(self.visited(dout, windows)):
            pixels = (..., *self.window(at, windows.size, windows.stride))
            upstream = dout[(..., *at)][:, :, np.newaxis, np.newaxis]
            dx[pixels] += self.share(upstream, windows.x[pixels], windows)
        return dx


def is_maximum(patch: Array) -> Array:
    """Where a window has its maximum."""
    return np.asarray(patch == patch.max(axis=(2, 3), keepdims=True))


def first(mask: Array) -> Array:
    """The first True of each window, row by row."""
    flat = mask.reshape(*mask.shape[:2], -1)
    return np.asarray(flat & (flat.cumsum(axis=2) == 1)).reshape(mask.shape)


def to_the_maximum(dout: Array, patch: Array, _windows: Windows) -> Any:
    """All of dout to the first maximum."""
    return dout * first(is_maximum(patch))


def to_all_equally(dout: Array, patch: Array, _windows: Windows) -> Any:
    """An equal share of dout to each entry."""
    return np.broadcast_to(dout / (patch.shape[2] * patch.shape[3]), patch.shape)


MAXIMUM = Pool(lambda patch: patch.max(axis=(2, 3)), to_the_maximum)
AVERAGE = Pool(lambda patch: patch.mean(axis=(2, 3)), to_all_equally)


def pool(maximum: Pool = MAXIMUM, average: Pool = AVERAGE, versions: tuple[str, ...] = VERSIONS) -> Functions:
    """Both poolings in these versions, which do the same."""
    return {
        f"{kind}_pool_{way}_{version}": getattr(pooling, way)
        for kind, pooling in (("max", maximum), ("avg", average))
        for way in ("forward", "backward")
        for version in versions
    }
