"""Mistakes in the gradients of the kernels and the bias of a convolution."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.convolution.backward import backward, by_one, stay
from gradproof.conformance.diagnosis.misconceptions.convolution.base import (
    BACKWARD,
    BOTH,
    Convolved,
    Grid,
    by_kernel,
    convolution,
    window,
)
from gradproof.conformance.spec.cases import Array


@wrong(
    BOTH,
    "Your dw is flipped; each entry of w gets dout times the pixel that it met in the forward.",
    "Which pixel of a window did the first entry of w meet?",
)
def dw_is_flipped() -> Functions:
    return backward(kernel=lambda dout, window: by_kernel(dout, window[:, :, ::-1, ::-1]))


@wrong(
    BOTH,
    "Your dw reads windows one pixel apart; in the forward the stride lay between them.",
    "At stride 2, which pixels did the second window see?",
)
def dw_ignores_the_stride() -> Functions:
    return backward(read=by_one)


@wrong(
    BOTH,
    "Your dw moves by the stride from row to row, but by one pixel from column to column; both move by the stride.",
    "At stride 2, which column did the second window of a row begin at?",
)
def dw_ignores_the_stride_along_the_columns() -> Functions:
    def read(i: int, j: int, grid: Grid) -> Any:
        (images, rows, _), (*_, columns) = window(i, j, grid), by_one(i, j, grid)
        return images, rows, columns

    return backward(read=read)


@wrong(
    BOTH,
    "Your dw takes its windows from x without the padding; the forward took them from the padded x.",
    "What did the first entry of w meet in the first window, if pad is not 0?",
)
def dw_from_x_without_padding() -> Functions:
    return backward(enclose=lambda x, grid: x)


@wrong(
    BOTH,
    "Your dw is the mean over the batch; it is the sum.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def dw_is_a_mean() -> Functions:
    return backward(kernel=lambda dout, window: by_kernel(dout, window) / len(dout))


@wrong(
    BOTH,
    "Your dw keeps what the last window gave; a kernel is laid on every window, so it adds what all of them give.",
    "How often does w stand in the formula of the output?",
)
def dw_of_the_last_window() -> Functions:
    return backward(gather=stay)


@wrong(
    BOTH,
    "Your dw keeps what the last window of the last image gave; it adds what all windows of all images give.",
    "How often does w stand in the formula of the output?",
)
def dw_of_the_last_image_and_window() -> Functions:
    return backward(gather=stay, kernel=lambda dout, window: by_kernel(dout[-1:], window[-1:]))


@wrong(
    BOTH,
    "Your dw is the same for all channels, the sum over them; each channel's kernel met the pixels of its own.",
    "How many axes of a window are left when it is multiplied by dout?",
)
def dw_adds_the_channels() -> Functions:
    return backward(kernel=lambda dout, window: by_kernel(dout, window).sum(axis=1, keepdims=True))


@wrong(
    BOTH,
    "Your dw is the gradient of the first channel alone; each channel has a kernel of its own.",
    "Try two channels: which entries of your dw are 0?",
)
def dw_of_the_first_channel() -> Functions:
    def kernel(dout: Array, window: Array) -> Any:
        dw = np.zeros_like(by_kernel(dout, window))
        dw[:, :1] = by_kernel(dout, window[:, :1])
        return dw

    return backward(kernel=kernel)


@wrong(
    BOTH,
    "Your dw reshapes a product with the filters last into the shape of w, which mixes them; transpose it first.",
    "In which order are the axes of your product? Try more than one filter.",
)
def dw_is_reshaped_without_transposing() -> Functions:
    def dw(dout: Array, cache: Convolved) -> Any:
        right = BACKWARD.dw(dout, cache)
        return right.reshape(len(right), -1).T.reshape(right.shape)

    return convolution(backward=lambda dout, cache: (BACKWARD.dx(dout, cache), dw(dout, cache), BACKWARD.db(dout)))


@wrong(
    BOTH,
    "Your db is divided by the size of the batch; it is a sum over images and pixels.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def db_is_averaged_over_the_batch() -> Functions:
    return backward(db=lambda dout: dout.sum(axis=(0, 2, 3)) / len(dout))


@wrong(
    BOTH,
    "Your db is the mean over images and pixels; it is the sum.",
    "The same bias is added at every pixel, so how many pixels have a say in its gradient?",
)
def db_is_a_mean() -> Functions:
    return backward(db=lambda dout: dout.mean(axis=(0, 2, 3)))


@wrong(
    BOTH,
    "Your db counts the windows; each window counts by its dout.",
    "What is db if dout is 0?",
)
def db_forgets_dout() -> Functions:
    return backward(db=lambda dout: np.ones_like(dout).sum(axis=(0, 2, 3)))


@wrong(
    BOTH,
    "Your db is summed over the images alone; the bias is added at every pixel, so rows and columns are summed too.",
    "A gradient has the shape of what it is the gradient of.",
)
def db_is_summed_over_the_images_alone() -> Functions:
    return backward(db=lambda dout: dout.sum(axis=0))


@wrong(
    BOTH,
    "Your db is summed over the pixels alone; the images are summed too.",
    "A gradient has the shape of what it is the gradient of.",
)
def db_is_summed_over_the_pixels_alone() -> Functions:
    return backward(db=lambda dout: dout.sum(axis=(2, 3)))


@wrong(
    BOTH,
    "Your db adds the filters and keeps the columns; it adds images, rows and columns, and keeps the filters.",
    "Which axis of dout is that of the filters?",
)
def db_keeps_the_last_axis() -> Functions:
    return backward(db=lambda dout: dout.sum(axis=(0, 1, 2)))


@wrong(
    BOTH,
    "Your db is one number, the sum over all of dout; it has one entry for each filter.",
    "A gradient has the shape of what it is the gradient of.",
)
def db_is_one_number() -> Functions:
    return backward(db=lambda dout: dout.sum())


@wrong(
    BOTH,
    "Your db has the shape (F, 1); the bias has the shape (F,), and so has its gradient.",
    "Compare the shapes of b and db.",
)
def db_is_a_column() -> Functions:
    return backward(db=lambda dout: dout.sum(axis=(0, 2, 3))[:, np.newaxis])


@wrong(
    BOTH,
    "Your db has the shape (1, F, 1, 1); the bias has the shape (F,), and so has its gradient.",
    "Look at what keeps the summed axes alive.",
)
def db_keeps_the_summed_axes() -> Functions:
    return backward(db=lambda dout: dout.sum(axis=(0, 2, 3), keepdims=True))
