"""Mistakes about the windows of the fast poolings alone, whatever becomes of them."""

from collections.abc import Mapping
from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.pooling.base import (
    AVERAGE,
    FAST_NAMES,
    MAXIMUM,
    Pool,
    Step,
    Windows,
    pool,
)
from gradproof.conformance.spec.cases import Array


def fast(way: str, changed: Step) -> Functions:
    """In the fast versions ``changed(pooling, ...)`` instead of their forward, or backward."""

    def with_change(pooling: Pool) -> Step:
        return lambda *arguments: changed(pooling, *arguments)

    return {
        **pool(versions=("fast",)),
        **{f"{kind}_pool_{way}_fast": with_change(p) for kind, p in (("max", MAXIMUM), ("avg", AVERAGE))},
    }


@wrong(
    FAST_NAMES,
    "You reshape the results of all columns to (N, C, H', W') at once; they come as (H', W', N, C), to be transposed.",
    "In which order do the columns of im2col come: images first, or windows first?",
)
def results_are_not_transposed() -> Functions:
    def forward(pooling: Pool, x: Array, pool_param: Mapping[str, int]) -> Any:
        out, windows = pooling.forward(x, pool_param)
        return out.transpose(2, 3, 0, 1).reshape(out.shape), windows

    return fast("forward", forward)


@wrong(
    FAST_NAMES,
    "You flatten dout as it is; the columns run through all images before the next window, so transpose it first.",
    "What did the forward do to the axes after its reshape? The backward does the opposite.",
)
def dout_is_not_transposed() -> Functions:
    def backward(pooling: Pool, dout: Array, windows: Windows) -> Any:
        samples, channels, rows, columns = dout.shape
        return pooling.backward(dout.reshape(rows, columns, samples, channels).transpose(2, 3, 0, 1), windows)

    return fast("backward", backward)


@wrong(
    FAST_NAMES,
    "You reshape tiled images to (N, C, H', W', h, w); a row of pixels crosses the windows, so h follows H'.",
    "Which pixel comes after the first one in memory, and in which window is it?",
)
def reshape_tears_the_windows() -> Functions:
    def forward(pooling: Pool, x: Array, pool_param: Mapping[str, int]) -> Any:
        out, windows = pooling.forward(x, pool_param)
        if windows.size == windows.stride:
            torn = x.reshape(-1, 1, *windows.size)
            out = pooling.reduce(torn).reshape(out.shape)
        return out, windows

    return fast("forward", forward)


@wrong(
    FAST_NAMES,
    "Your pooling does windows that tile the image and no others; windows may overlap, or leave pixels out.",
    "What becomes of windows of 3 x 3 with stride 2?",
)
def only_tiles_are_pooled() -> Functions:
    def forward(pooling: Pool, x: Array, pool_param: Mapping[str, int]) -> Any:
        out, windows = pooling.forward(x, pool_param)
        assert windows.size == windows.stride, "windows overlap"
        return out, windows

    return fast("forward", forward)
