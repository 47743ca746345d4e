"""Mistakes in where the windows of a convolution lie: stride, padding and the sizes of all sides."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.convolution.base import (
    BOTH,
    Forward,
    Grid,
    Step,
    convolution,
    counts,
    grid_of,
    window,
)
from gradproof.conformance.spec.cases import Array


def forward(**steps: Step) -> Functions:
    """Steps of the forward replaced."""
    return convolution(Forward(**steps))


def counted(changed: Step) -> Functions:
    """The windows counted from another grid."""
    return forward(shape=lambda grid: counts(changed(grid)), places=lambda grid: counts(changed(grid)))


@wrong(
    BOTH,
    "Your windows move by one pixel each; they move by the stride.",
    "At stride 2, which pixel does the second window begin at?",
)
def windows_move_by_one() -> Functions:
    return forward(window=lambda i, j, grid: window(i, j, replace(grid, stride=1)))


@wrong(
    BOTH,
    "Your stride is always 1; it is the one in conv_param.",
    "Pass a larger stride: does the size of the output change?",
)
def stride_is_always_1() -> Functions:
    return convolution(lay=lambda x, w, conv_param: grid_of(x, w, {**conv_param, "stride": 1}))


@wrong(
    BOTH,
    "You leave the padding out; conv_param says how many zeros go around each image.",
    "Pass another pad: does the size of the output change?",
)
def pad_is_ignored() -> Functions:
    return convolution(lay=lambda x, w, conv_param: grid_of(x, w, {**conv_param, "pad": 0}))


@wrong(
    BOTH,
    "Your padding is half the kernel, so that the output is as large as the image; it is the pad in conv_param.",
    "Where does your forward read conv_param, and what if pad is 0 there?",
)
def pad_is_half_the_kernel() -> Functions:
    return convolution(lay=lambda x, w, conv_param: grid_of(x, w, {**conv_param, "pad": (w.shape[2] - 1) // 2}))


@wrong(
    BOTH,
    "You put all of the padding below and to the right of the image; it goes around it, pad on each side.",
    "How many zeros stand before the first row, and how many after the last?",
)
def pad_is_on_one_side() -> Functions:
    return forward(enclose=lambda x, grid: np.pad(x, ((0, 0), (0, 0), (0, 2 * grid.pad), (0, 2 * grid.pad))))


@wrong(
    BOTH,
    "You pad with the pixels at the edge; the padding is zeros.",
    "Print a small image after it was padded.",
)
def pad_repeats_the_edge() -> Functions:
    def enclose(x: Array, grid: Grid) -> Array:
        return np.pad(x, ((0, 0), (0, 0), (grid.pad, grid.pad), (grid.pad, grid.pad)), mode="edge")

    return forward(enclose=enclose)


@wrong(
    BOTH,
    "You pad all four axes of x; only rows and columns are padded, not images and channels.",
    "What is the shape of x before it is padded, and after?",
)
def every_axis_is_padded() -> Functions:
    return forward(enclose=lambda x, grid: np.pad(x, grid.pad)[: len(x)])


@wrong(
    BOTH,
    "Your output is one row and one column too small; the first window counts too.",
    "How many windows has an image that is as large as the kernel?",
)
def first_window_is_not_counted() -> Functions:
    def one_less(grid: Grid) -> tuple[int, ...]:
        return tuple(count - 1 for count in counts(grid))

    return forward(shape=one_less, places=one_less)


@wrong(
    BOTH,
    "Your output size counts the pad once; each side of the image has its own.",
    "How many rows has the padded image?",
)
def pad_is_counted_once() -> Functions:
    def smaller(grid: Grid) -> Grid:
        height, width = grid.image
        return replace(grid, image=(height - grid.pad, width - grid.pad))

    return counted(smaller)


@wrong(
    BOTH,
    "Your output size ignores the stride; with larger steps there are fewer windows.",
    "How many steps of 2 fit between the first window and the last?",
)
def output_size_ignores_the_stride() -> Functions:
    return counted(lambda grid: replace(grid, stride=1))


@wrong(
    BOTH,
    "Your output has as many columns as rows; its width comes from the width of image and kernel.",
    "Try an image that is wider than it is high.",
)
def output_is_square() -> Functions:
    return counted(lambda grid: replace(grid, image=grid.image[:1] * 2, kernel=grid.kernel[:1] * 2))


@wrong(
    BOTH,
    "You put the windows into an output with as many columns as rows; its width comes from image and kernel.",
    "Try an image that is wider than it is high: is there a column for each window, and a window for each column?",
)
def windows_are_put_into_a_square_output() -> Functions:
    return forward(shape=lambda grid: counts(grid)[:1] * 2)


@wrong(
    BOTH,
    "Your output size takes the height of the image for its width; each side has its own count of windows.",
    "Try an image that is wider than it is high, and a square kernel.",
)
def output_size_of_a_square_image() -> Functions:
    return counted(lambda grid: replace(grid, image=grid.image[:1] * 2))


@wrong(
    BOTH,
    "Your output size takes the height of the kernel for its width; each side has its own count of windows.",
    "Try a kernel that is wider than it is high, and a square image.",
)
def output_size_of_a_square_kernel() -> Functions:
    return counted(lambda grid: replace(grid, kernel=grid.kernel[:1] * 2))


@wrong(
    BOTH,
    "You exchange the height and the width of the image; rows come before columns in the shape of x.",
    "Try an image that is wider than it is high: which axis do you take its width from?",
)
def image_sides_are_exchanged() -> Functions:
    return counted(lambda grid: replace(grid, image=grid.image[::-1]))


@wrong(
    BOTH,
    "You exchange the height and the width of the kernel; rows come before columns in the shape of w.",
    "Try a kernel that is wider than it is high: which axis do you take its width from?",
)
def kernel_sides_are_exchanged() -> Functions:
    def lay(x: Array, w: Array, conv_param: Mapping[str, Any]) -> Grid:
        return grid_of(x, w.swapaxes(2, 3), conv_param)

    return convolution(lay=lay)


@wrong(
    BOTH,
    "You go through as many columns of windows as there are rows; each side has its own count.",
    "Try an output that is wider than it is high: which of its entries are never written?",
)
def columns_are_gone_through_as_rows() -> Functions:
    return forward(places=lambda grid: counts(grid)[:1] * 2)


@wrong(
    BOTH,
    "In your output the height and the width are exchanged; rows come before columns.",
    "Try an image that is wider than it is high: what shape has the output?",
)
def output_sides_are_exchanged() -> Functions:
    return forward(shape=lambda grid: counts(grid)[::-1])


@wrong(
    BOTH,
    "Your windows are as wide as they are high; a kernel's height and width can differ.",
    "Try a kernel of 3 x 2: which of its sides does the slice along a row use?",
)
def windows_are_square() -> Functions:
    return forward(window=lambda i, j, grid: window(i, j, replace(grid, kernel=grid.kernel[:1] * 2)))


@wrong(
    BOTH,
    "Your windows reach half a kernel to each side of a middle; a kernel of even size has no middle.",
    "Try a kernel of 2 x 2: how many pixels does your window have?",
)
def windows_have_a_middle() -> Functions:
    def odd(grid: Grid) -> Grid:
        height, width = grid.kernel
        return replace(grid, kernel=(height // 2 * 2 + 1, width // 2 * 2 + 1))

    return forward(window=lambda i, j, grid: window(i, j, odd(grid)))
