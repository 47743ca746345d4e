"""Mistakes in the matrix that holds the windows of a convolution as columns, and in how it is made."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.convolution.base import (
    BACKWARD,
    BOTH,
    Backward,
    Convolved,
    Forward,
    Grid,
    convolution,
    counts,
    enclosed,
    window,
)
from gradproof.conformance.spec.cases import Array

NUMBER = "How many windows stand before the first one of row i? Try an output that is wider than it is high."


def as_it_lies(x: Array, grid: Grid) -> Array:
    """The padded images, read as they lie in memory."""
    padded = enclosed(x, grid)
    return padded.ravel(order="K").reshape(padded.shape)


def numbers(grid: Grid, length: int) -> Any:
    """The number of window (i, j), where a row of windows has this length."""
    rows, columns = counts(grid)
    return length * np.arange(rows)[:, np.newaxis] + np.arange(columns)


def by_height(grid: Grid) -> Any:
    """The numbers of the windows, where a row is taken to be as long as there are rows."""
    return numbers(grid, counts(grid)[0])


def patches(x: Array, grid: Grid) -> Array:
    """The windows under such a number."""
    padded, number = enclosed(x, grid), by_height(grid)
    found = np.zeros((number.size, *x.shape[:2], *grid.kernel), x.dtype)
    for (i, j), at in np.ndenumerate(number):
        found[at] = padded[window(i, j, grid)]
    return found


@wrong(
    BOTH,
    "You compute the strides of the padded image from its shape; they are those in its strides attribute.",
    "Pass an image in Fortran order: in which order does its padded copy lie in memory?",
)
def strides_of_c_order_are_assumed() -> Functions:
    return convolution(Forward(enclose=as_it_lies), Backward(enclose=as_it_lies))


@wrong(
    BOTH,
    "You number the columns by i * H' + j, so that some are written twice; a row of windows has W' of them.",
    NUMBER,
)
def columns_are_numbered_by_the_height() -> Functions:
    def numbered(x: Array, w: Array, b: Array, grid: Grid) -> Any:
        products = np.einsum("pnckl,fckl->nfp", patches(x, grid), w)
        return products.reshape(*products.shape[:2], *counts(grid)) + b[:, np.newaxis, np.newaxis]

    def backward(dout: Array, cache: Convolved) -> Any:
        flat = dout.reshape(*dout.shape[:2], -1)
        dw = np.einsum("nfp,pnckl->fckl", flat, patches(cache.x, cache.grid))
        return BACKWARD.dx(dout, cache), dw, BACKWARD.db(dout)

    return convolution(numbered, backward)


@wrong(
    BOTH,
    "Your dx takes the columns by the number i * H' + j; a row of windows has W' of them.",
    NUMBER,
)
def dx_takes_columns_numbered_by_the_height() -> Functions:
    def backward(dout: Array, cache: Convolved) -> Any:
        taken = dout.reshape(*dout.shape[:2], -1)[:, :, by_height(cache.grid)]
        return BACKWARD.dx(taken, cache), BACKWARD.dw(dout, cache), BACKWARD.db(dout)

    return convolution(backward=backward)


@wrong(
    BOTH,
    "You number the entries of the output by the height of the image; a row of the output has W' of them.",
    NUMBER,
)
def output_is_numbered_by_the_height_of_the_image() -> Functions:
    def arrange(out: Array, grid: Grid) -> Array:
        numbered = np.zeros((*out.shape[:2], out[0, 0].size), out.dtype)
        for at, number in np.ndenumerate(numbers(grid, grid.image[0])):
            numbered[:, :, number] = out[(..., *at)]
        return numbered.reshape(out.shape)

    return convolution(lambda x, w, b, grid: arrange(Forward()(x, w, b, grid), grid))


@wrong(
    BOTH,
    "You put one row of zeros above each image, whatever the pad; there are pad of them on each side.",
    "Which four numbers does your call of the padding have? Try pad 0.",
)
def one_row_is_above_the_image() -> Functions:
    def enclose(x: Array, grid: Grid) -> Array:
        return np.pad(x, ((0, 0), (0, 0), (1, grid.pad), (grid.pad, grid.pad)))

    return convolution(Forward(enclose=enclose), Backward(enclose=enclose))
