"""Mistakes in the affine layer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def rows(x: Array) -> Array:
    """One row a sample."""
    return x.reshape(len(x), -1)


def affine(
    out: Step = lambda x, w, b: rows(x) @ w + b,
    dx: Step = lambda dout, x, w: (dout @ w.T).reshape(x.shape),
    dw: Step = lambda dout, x: rows(x).T @ dout,
    db: Step = lambda dout: dout.sum(axis=0),
) -> Functions:
    """The layer, each value that it gives by a step of its own."""

    def affine_forward(x: Array, w: Array, b: Array) -> Any:
        return out(x, w, b), (x, w)

    def affine_backward(dout: Array, cache: Any) -> Any:
        x, w = cache
        return dx(dout, x, w), dw(dout, x), db(dout)

    return {"affine_forward": affine_forward, "affine_backward": affine_backward}


@wrong(
    "affine",
    "Your bias gradient is the mean of dout over the batch; it is the sum.",
    "Each sample adds its own dout to the loss; nothing divides by N here.",
)
def bias_gradient_is_a_mean() -> Functions:
    return affine(db=lambda dout: dout.mean(axis=0))


@wrong(
    "affine",
    "Your bias gradient adds the units of each sample; it adds the samples of each unit.",
    "Which shape does b have, and which axis of dout is to go?",
)
def bias_gradient_over_the_wrong_axis() -> Functions:
    return affine(db=lambda dout: dout.sum(axis=1))


@wrong(
    "affine",
    "Your bias gradient is one number, the sum over all of dout; it has one entry for each unit.",
    "A gradient has the shape of what it is the gradient of.",
)
def bias_gradient_is_one_number() -> Functions:
    return affine(db=lambda dout: dout.sum())


@wrong(
    "affine",
    "Your bias gradient has the shape (1, M); the bias has the shape (M,), and so has its gradient.",
    "Look at what keeps the summed axis alive.",
)
def bias_gradient_keeps_a_row_axis() -> Functions:
    return affine(db=lambda dout: dout.sum(axis=0, keepdims=True))


@wrong(
    "affine",
    "Your bias gradient is the dout of the first sample; it is the sum over all samples.",
    "The same bias is added to every row, so how many rows have a say in its gradient?",
)
def bias_gradient_of_the_first_sample() -> Functions:
    return affine(db=lambda dout: dout[0])


@wrong(
    "affine",
    "Your bias gradient counts the samples; each sample counts by its dout.",
    "The derivative of out by b is 1: what does the chain rule multiply it by?",
)
def bias_gradient_forgets_dout() -> Functions:
    return affine(db=lambda dout: np.ones_like(dout).sum(axis=0))


@wrong(
    "affine shallow_net",
    "You leave the bias out; the affine layer adds it to every row.",
    "What is the output for an input of zeros?",
)
def bias_is_forgotten() -> Functions:
    return affine(out=lambda x, w, b: rows(x) @ w)


@wrong(
    "affine shallow_net",
    "You multiply by the transposed weights; here w is laid out as (in, out) and is used as it is.",
    "Write the shapes under the product. A square w hides this.",
)
def weights_are_transposed() -> Functions:
    return affine(out=lambda x, w, b: rows(x) @ w.T + b)


@wrong(
    "affine",
    "You multiply x by w as it comes; each sample is first flattened to one row of D features.",
    "Try an input with more than two axes: which of them does a matrix product take?",
)
def x_is_not_flattened() -> Functions:
    return affine(out=lambda x, w, b: x @ w + b)


@wrong(
    "affine",
    "You flatten the samples with the first axis running fastest; the last axis runs fastest.",
    "In what order does reshape read the elements?",
)
def x_is_flattened_in_fortran_order() -> Functions:
    return affine(out=lambda x, w, b: x.reshape(len(x), -1, order="F") @ w + b)


@wrong(
    "affine",
    "Your dx multiplies dout by w as it is; it is multiplied by the transposed w.",
    "Write the shapes of dout, w and dx side by side. A square w hides this.",
)
def dx_by_untransposed_weights() -> Functions:
    return affine(dx=lambda dout, x, w: (dout @ w).reshape(x.shape))


@wrong(
    "affine",
    "Your dx is flat, (N, D); it has the shape that x came in.",
    "The forward flattened each sample: where is that undone?",
)
def dx_is_not_reshaped() -> Functions:
    return affine(dx=lambda dout, x, w: dout @ w.T)


@wrong(
    "affine",
    "Your dx is divided by the size of the batch; each sample's dx is its own, and nothing is averaged.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def dx_is_averaged() -> Functions:
    return affine(dx=lambda dout, x, w: (dout @ w.T).reshape(x.shape) / len(x))


@wrong(
    "affine",
    "Your dw is transposed; it has the shape of w, (in, out).",
    "Which of the two factors is to be transposed? A square w hides this.",
)
def dw_is_transposed() -> Functions:
    return affine(dw=lambda dout, x: dout.T @ rows(x))


@wrong(
    "affine",
    "Your dw is the mean over the batch; it is the sum.",
    "Any 1/N belongs to the loss, and dout has it already.",
)
def dw_is_a_mean() -> Functions:
    return affine(dw=lambda dout, x: rows(x).T @ dout / len(x))


@wrong(
    "affine",
    "Your dw is computed from x as it comes; the weights have met the flattened samples.",
    "Try an input with more than two axes: what did the forward multiply by w?",
)
def dw_from_x_that_is_not_flattened() -> Functions:
    return affine(dw=lambda dout, x: x.T @ dout)


@wrong(
    "affine",
    "You return dw where dx is expected and dx where dw is expected; the order is dx, dw, db.",
    "Compare the order of what you return with the order of the arguments of the forward.",
)
def dx_and_dw_are_exchanged() -> Functions:
    right = affine()

    def affine_backward(dout: Array, cache: Any) -> Any:
        dx, dw, db = right["affine_backward"](dout, cache)
        return dw, dx, db

    return {**right, "affine_backward": affine_backward}
