"""Mistakes about where the windows of a pooling lie, in its backward alone."""

from typing import Any

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.pooling.base import ALL, Step, Windows, pool, window
from gradproof.conformance.diagnosis.misconceptions.pooling.windows import both
from gradproof.conformance.spec.cases import Array


def in_backward(**steps: Step) -> Functions:
    """Steps of both backwards replaced."""
    return {name: right if "forward" in name else both(**steps)[name] for name, right in pool().items()}


@wrong(
    ALL,
    "Your backward moves by one pixel from window to window; it is stride pixels, as in the forward.",
    "Compare the slices of the forward with those of the backward.",
)
def backward_ignores_the_stride() -> Functions:
    return in_backward(window=lambda at, size, stride: window(at, size, (1, 1)))


@wrong(
    ALL,
    "Your backward puts everything into the first window of dx; each window has its own place.",
    "An index found within a window counts from its corner: where does the window begin?",
)
def place_of_the_window_is_forgotten() -> Functions:
    def add(dx: Array, _pixels: Any, share: Array) -> None:
        dx[:, :, : share.shape[2], : share.shape[3]] += share

    return in_backward(add=add)


@wrong(
    ALL,
    "Your backward takes the dout of row j and column i for the window of row i and column j; it is that of (i, j).",
    "Which index of dout counts the rows? Try an output that is not square.",
)
def dout_is_indexed_by_column_and_row() -> Functions:
    return in_backward(upstream=lambda dout, at: dout[(..., *at[::-1])])


@wrong(
    ALL,
    "Your dx has the shape of dout; it has the shape of x.",
    "A gradient has the shape of what it is the gradient of.",
)
def dx_has_the_shape_of_dout() -> Functions:
    return {name: right if "forward" in name else lambda dout, cache: dout.copy() for name, right in pool().items()}


@wrong(
    ALL,
    "You build dx within x itself; x belongs to the caller, and dx is a new array.",
    "Print x before and after the backward.",
)
def dx_overwrites_x() -> Functions:
    def within_x(backward: Step) -> Step:
        def overwriting(dout: Array, windows: Windows) -> Any:
            windows.x[...] = backward(dout, windows)
            return windows.x

        return overwriting

    return {name: right if "forward" in name else within_x(right) for name, right in pool().items()}
