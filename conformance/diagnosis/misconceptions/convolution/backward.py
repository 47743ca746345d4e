"""Mistakes in the gradient of the images of a convolution, and in what its backward is given and returns."""

from dataclasses import replace
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.convolution.base import (
    BACKWARD,
    BOTH,
    Backward,
    Grid,
    Step,
    by_window,
    convolution,
    inside,
    window,
)
from gradproof.conformance.spec.cases import Array


def backward(**steps: Step) -> Functions:
    """Steps of the backward replaced."""
    return convolution(backward=Backward(**steps))


def stay(total: Array, place: Any, part: Array) -> None:
    """Each window writes over what is there."""
    total[place] = part


def to_minus_pad(padded: Array, grid: Grid) -> Any:
    """A slice from pad to -pad."""
    return padded[:, :, grid.pad : -grid.pad, grid.pad : -grid.pad]


def to_minus_one(padded: Array, grid: Grid) -> Any:
    """A slice from 1 to -1."""
    return padded[:, :, 1:-1, 1:-1]


def put_into_dx(crop: Step) -> Step:
    """The slice is written into an array that is as large as x."""

    def put(padded: Array, grid: Grid) -> Array:
        dx = np.zeros((*padded.shape[:2], *grid.image), padded.dtype)
        dx[...] = crop(padded, grid)
        return dx

    return put


def by_one(i: int, j: int, grid: Grid) -> Any:
    """The pixels of window (i, j) at stride 1."""
    return window(i, j, replace(grid, stride=1))


@wrong(
    BOTH,
    "Your dx is sliced from pad to -pad, which is empty where pad is 0; it is as large as x.",
    "What does a slice that ends at -0 hold?",
)
def dx_is_sliced_to_minus_pad() -> Functions:
    return backward(crop=to_minus_pad)


@wrong(
    BOTH,
    "You put a slice from pad to -pad into dx, which is empty where pad is 0; the slice is as large as x.",
    "What does a slice that ends at -0 hold?",
)
def slice_to_minus_pad_is_put_into_dx() -> Functions:
    return backward(crop=put_into_dx(to_minus_pad))


@wrong(
    BOTH,
    "Your dx is sliced from 1 to -1, as if pad were always 1; it is the one in conv_param.",
    "Compare the shapes of dx and x where pad is 0, and where it is 2.",
)
def dx_is_sliced_from_1_to_minus_1() -> Functions:
    return backward(crop=to_minus_one)


@wrong(
    BOTH,
    "You put a slice from 1 to -1 into dx, as if pad were always 1; it is the one in conv_param.",
    "What is the shape of that slice where pad is 0, and where it is 2?",
)
def slice_from_1_to_minus_1_is_put_into_dx() -> Functions:
    return backward(crop=put_into_dx(to_minus_one))


@wrong(
    BOTH,
    "Your dx still has the padding; it is the gradient by x, and has its shape.",
    "Compare the shapes of dx and x where pad is not 0.",
)
def dx_is_still_padded() -> Functions:
    return backward(crop=lambda dpadded, grid: dpadded)


@wrong(
    BOTH,
    "Your dx is the upper left of the padded gradient; x begins pad rows and pad columns further in.",
    "Where in the padded image is the first pixel of x?",
)
def dx_is_cut_from_the_corner() -> Functions:
    return backward(crop=lambda dpadded, grid: dpadded[:, :, : grid.image[0], : grid.image[1]])


@wrong(
    BOTH,
    "Your dx is cut to as many columns as rows; x can be wider than it is high, or higher than it is wide.",
    "Try an image that is not square: which side does each slice use?",
)
def dx_is_cut_to_a_square() -> Functions:
    return backward(crop=lambda dpadded, grid: inside(dpadded, replace(grid, image=grid.image[:1] * 2)))


@wrong(
    BOTH,
    "Your dx is cut with height and width exchanged; rows come before columns.",
    "Try an image that is not square: which side does each slice use?",
)
def dx_is_cut_with_its_sides_exchanged() -> Functions:
    return backward(crop=lambda dpadded, grid: inside(dpadded, replace(grid, image=grid.image[::-1])))


@wrong(
    BOTH,
    "Your dx meets the kernel turned round; each entry of a window gets dout times the entry of w that it met before.",
    "Which entry of w did the first pixel of a window meet, and which one does it get its gradient by?",
)
def dx_flips_the_kernel() -> Functions:
    return backward(share=lambda dout, w: by_window(dout, w[:, :, ::-1, ::-1]))


@wrong(
    BOTH,
    "Your dx puts the windows one pixel apart; in the forward the stride lay between them.",
    "At stride 2, which pixels did the second window see?",
)
def dx_ignores_the_stride() -> Functions:
    return backward(write=by_one)


@wrong(
    BOTH,
    "Your dx keeps what the last window gave a pixel; where windows overlap, it adds what all of them give.",
    "How many windows see a pixel, if the stride is smaller than the kernel?",
)
def dx_is_overwritten_by_the_next_window() -> Functions:
    return backward(scatter=stay)


@wrong(
    BOTH,
    "Your dx keeps what the last filter and the last window gave a pixel; it adds what all of them give.",
    "How many filters see a pixel, and what happens to what the first of them gave?",
)
def dx_is_overwritten_by_the_next_filter() -> Functions:
    return backward(scatter=stay, share=lambda dout, w: by_window(dout[:, -1:], w[-1:]))


@wrong(
    BOTH,
    "Your dx comes from the first filter alone; every filter saw the pixel, so all of them add to its gradient.",
    "Try two filters, and a dout that is 0 for the first.",
)
def dx_of_the_first_filter() -> Functions:
    return backward(share=lambda dout, w: by_window(dout[:, :1], w[:1]))


@wrong(
    BOTH,
    "Your dx adds up kernels without dout; each counts by the dout of its window.",
    "What is dx if dout is 0?",
)
def dx_forgets_dout() -> Functions:
    return backward(share=lambda dout, w: by_window(np.ones_like(dout), w))


@wrong(
    BOTH,
    "Your dx is divided by the size of the batch; each image's dx is its own, and nothing is averaged.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def dx_is_averaged() -> Functions:
    return backward(share=lambda dout, w: by_window(dout, w) / len(dout))


@wrong(
    BOTH,
    "You reshape dout into a matrix of filters, which mixes them with the images; transpose it first.",
    "Which axis of dout comes first? Try more than one image and more than one filter.",
)
def dout_is_reshaped_without_transposing() -> Functions:
    def upstream(dout: Array) -> Array:
        images, filters, *windows = dout.shape
        return dout.reshape(filters, images, *windows).transpose(1, 0, 2, 3)

    return backward(upstream=upstream)


@wrong(
    BOTH,
    "You lay dout out image by image, but your columns go window by window, so other windows meet.",
    "Which runs faster along the columns, the image or the window? Try two images.",
)
def dout_is_laid_out_image_by_image() -> Functions:
    def upstream(dout: Array) -> Array:
        images, filters, *windows = dout.shape
        return dout.transpose(1, 0, 2, 3).reshape(filters, *windows, images).transpose(3, 0, 1, 2)

    return backward(upstream=upstream)


@wrong(
    BOTH,
    "You lay dout out window by window, but your columns go image by image, so other windows meet.",
    "Which runs faster along the columns, the image or the window? Try two images.",
)
def dout_is_laid_out_window_by_window() -> Functions:
    def upstream(dout: Array) -> Array:
        images, filters, *windows = dout.shape
        return dout.transpose(1, 2, 3, 0).reshape(filters, images, *windows).transpose(1, 0, 2, 3)

    return backward(upstream=upstream)


@wrong(
    BOTH,
    "You return dw where dx is expected and dx where dw is expected; the order is dx, dw, db.",
    "Compare the order of what you return with the order of the arguments of the forward.",
)
def dx_and_dw_are_exchanged() -> Functions:
    return convolution(
        backward=lambda dout, cache: (BACKWARD.dw(dout, cache), BACKWARD.dx(dout, cache), BACKWARD.db(dout))
    )
