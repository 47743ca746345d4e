"""Mistakes in what the forward of a convolution makes of its windows."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.convolution.base import BOTH, FORWARD, convolution, weighed
from gradproof.conformance.diagnosis.misconceptions.convolution.windows import forward
from gradproof.conformance.spec.cases import Array


@wrong(
    BOTH,
    "You flip the kernel; what a network calls a convolution lays it on the window as it is.",
    "Which entry of w does the first pixel of a window meet?",
)
def kernel_is_flipped() -> Functions:
    return forward(weigh=lambda window, w: weighed(window, w[:, :, ::-1, ::-1]))


@wrong(
    BOTH,
    "You use the first channel alone; a filter sees all channels and adds what it makes of them.",
    "How many axes of a window does your sum run over?",
)
def only_the_first_channel() -> Functions:
    return forward(weigh=lambda window, w: weighed(window[:, :1], w[:, :1]))


@wrong(
    BOTH,
    "You add the windows of all images; each image has an output of its own.",
    "Does the output for one image depend on which others are in the batch?",
)
def images_are_added() -> Functions:
    return forward(weigh=lambda window, w: weighed(window, w).sum(axis=0))


@wrong(
    BOTH,
    "You take the mean of the products in a window; a convolution adds them.",
    "What is the output for an image and a kernel of ones?",
)
def window_is_averaged() -> Functions:
    return forward(weigh=lambda window, w: weighed(window, w) / w[0].size)


@wrong(
    BOTH,
    "You leave the bias out; each filter adds its own to its whole output.",
    "What is the output for an image of zeros?",
)
def bias_is_forgotten() -> Functions:
    return forward(shift=lambda scores, b: scores)


@wrong(
    BOTH,
    "You add the bias once for every channel; it is added once to the sum over the channels.",
    "What is the output for an image of zeros that has three channels?",
)
def bias_is_added_for_every_channel() -> Functions:
    return convolution(lambda x, w, b, grid: FORWARD(x, w, x.shape[1] * b, grid))


@wrong(
    BOTH,
    "You add the bias along the columns of the output; there is one for each filter, along the second axis.",
    "Which axis of the output does b meet when the two are broadcast?",
)
def bias_along_the_columns() -> Functions:
    return convolution(lambda x, w, b, grid: FORWARD(x, w, np.zeros_like(b), grid) + b)


@wrong(
    BOTH,
    "You reshape a product with the filters first into an output with the images first; it has to be transposed.",
    "In which order are the axes of your product? Try more than one image and more than one filter.",
)
def filters_and_images_are_mixed() -> Functions:
    return forward(arrange=lambda out: out.transpose(1, 0, 2, 3).reshape(out.shape))


@wrong(
    BOTH,
    "You reshape a product with the filters last into an output with the filters second; it has to be transposed.",
    "In which order are the axes of your product? Try more than one filter and more than one window.",
)
def filters_and_windows_are_mixed() -> Functions:
    return forward(arrange=lambda out: out.transpose(0, 2, 3, 1).reshape(out.shape))


@wrong(
    BOTH,
    "Your columns go through the windows image by image, but you read them as the images window by window.",
    "Which runs faster along the columns, the image or the window? Try two images.",
)
def columns_are_read_window_by_window() -> Functions:
    def arrange(out: Array) -> Array:
        images, filters, *windows = out.shape
        return out.transpose(1, 0, 2, 3).reshape(filters, *windows, images).transpose(3, 0, 1, 2)

    return forward(arrange=arrange)


@wrong(
    BOTH,
    "Your columns go through the images window by window, but you read them as the windows image by image.",
    "Which runs faster along the columns, the image or the window? Try two images.",
)
def columns_are_read_image_by_image() -> Functions:
    def arrange(out: Array) -> Array:
        images, filters, *windows = out.shape
        return out.transpose(1, 2, 3, 0).reshape(filters, images, *windows).transpose(1, 0, 2, 3)

    return forward(arrange=arrange)


@wrong(
    BOTH,
    "You reshape w into a matrix with the filters last, which mixes them; they are its first axis, so they stay rows.",
    "Which entries of w stand in the first column of your matrix? Try more than one filter.",
)
def kernels_are_reshaped_without_transposing() -> Functions:
    return forward(weigh=lambda window, w: weighed(window, w.reshape(-1, len(w)).T.reshape(w.shape)))


@wrong(
    BOTH,
    "Your columns hold the channels of a pixel side by side, but the rows of your w hold the pixels of a channel, so "
    "they do not meet.",
    "In what order does a column list channel, row and column, and in what order does a flat kernel?",
)
def columns_have_the_channels_last() -> Functions:
    return forward(weigh=lambda window, w: weighed(window.transpose(0, 2, 3, 1).reshape(window.shape), w))
