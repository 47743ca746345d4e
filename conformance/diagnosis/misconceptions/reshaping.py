"""Mistakes in layers that move pixels."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array


@wrong(
    "flatten",
    "Your rows have the first of their axes fastest (Fortran's order); the last axis is fastest.",
    "In which order does x.reshape(N, -1) read an image?",
)
def first_axis_fastest() -> Functions:
    return {
        "flatten_forward": lambda x: (np.stack([sample.ravel(order="F") for sample in x]), x.shape),
        "flatten_backward": lambda dout, shape: np.stack([row.reshape(shape[1:], order="F") for row in dout]),
    }


@wrong(
    "flatten",
    "You flatten the samples as well; each sample stays a row of its own.",
    "Which axis does the next layer take for the batch?",
)
def samples_flattened_too() -> Functions:
    return {
        "flatten_forward": lambda x: (x.reshape(-1), x.shape),
        "flatten_backward": lambda dout, shape: dout.reshape(shape),
    }


def upsample_forward(x: Array, scale: int) -> Any:
    """As it is asked for."""
    return x.repeat(scale, axis=2).repeat(scale, axis=3), scale


@wrong(
    "upsample",
    "Your gradient is the mean of the copies' gradients; a pixel is in every copy, so they add up.",
    "How much does the sum of all outputs grow if one pixel grows by 1?",
)
def copies_averaged() -> Functions:
    def upsample_backward(dout: Array, scale: int) -> Any:
        n, c, h, w = dout.shape
        return dout.reshape(n, c, h // scale, scale, w // scale, scale).mean(axis=(3, 5))

    return {"upsample_forward": upsample_forward, "upsample_backward": upsample_backward}


@wrong(
    "upsample",
    "Your gradient takes one of the copies; a pixel is in every copy, so they add up.",
    "Which of the outputs change if one pixel does?",
)
def one_copy_alone() -> Functions:
    return {
        "upsample_forward": upsample_forward,
        "upsample_backward": lambda dout, scale: dout[:, :, ::scale, ::scale].copy(),
    }


@wrong(
    "upsample",
    "You put the whole image side by side several times; each pixel is repeated in its place.",
    "What does np.tile do, and what np.repeat?",
)
def image_tiled() -> Functions:
    def upsample_backward(dout: Array, scale: int) -> Any:
        n, c, h, w = dout.shape
        return dout.reshape(n, c, scale, h // scale, scale, w // scale).sum(axis=(2, 4))

    return {
        "upsample_forward": lambda x, scale: (np.tile(x, (1, 1, scale, scale)), scale),
        "upsample_backward": upsample_backward,
    }
