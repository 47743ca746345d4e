"""Mistakes in relu."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.activations.base import Step, elementwise
from gradproof.conformance.spec.cases import Array


def relu(
    out: Step = lambda x: np.maximum(x, 0),
    dx: Step = lambda dout, x: np.where(x > 0, dout, 0),
) -> Functions:
    """The rectifier."""
    return elementwise("relu", out, dx)


@wrong(
    "relu",
    "Your backward lets through where dout is positive; it lets through where x was positive.",
    "Whose sign decided in the forward what came through?",
)
def mask_from_dout() -> Functions:
    return relu(dx=lambda dout, x: np.where(dout > 0, dout, 0))


@wrong(
    "relu",
    "Your backward lets through where x was negative; it lets through where x was positive.",
    "Where is the output of the forward constant?",
)
def mask_is_reversed() -> Functions:
    return relu(dx=lambda dout, x: np.where(x > 0, 0, dout))


@wrong(
    "relu",
    "Your backward returns dout as it is; where x was negative the gradient is 0.",
    "What does a small change of a negative input do to the output?",
)
def mask_is_forgotten() -> Functions:
    return relu(dx=lambda dout, x: dout.copy())


@wrong(
    "relu",
    "Your backward multiplies dout by the output of the forward; the derivative is 1 where x was positive.",
    "What is the slope of the rectifier at x = 3?",
)
def slope_is_the_output() -> Functions:
    return relu(dx=lambda dout, x: dout * np.maximum(x, 0))


@wrong(
    "relu",
    "Your backward returns the slope alone; the chain rule multiplies it by dout.",
    "Is your result the same whatever the layer above says?",
)
def upstream_gradient_is_forgotten() -> Functions:
    return relu(dx=lambda dout, x: (x > 0).astype(dout.dtype))


@wrong(
    "relu",
    "Your backward writes its zeros into dout; dout belongs to the caller, so work on an array of your own.",
    "Print dout before and after the call.",
)
def writes_into_dout() -> Functions:
    def dx(dout: Array, x: Array) -> Array:
        dout[x <= 0] = 0
        return dout

    return relu(dx=dx)


@wrong(
    "relu shallow_net",
    "Your forward writes into x; x belongs to the caller, and the backward may need what stood there.",
    "Print x before and after the call.",
)
def writes_into_x() -> Functions:
    return relu(out=lambda x: np.maximum(x, 0, out=x))


@wrong(
    "relu",
    "Your derivative writes zeros and ones into the saved input; what the forward kept is the caller's x.",
    "Call the backward twice, or print x before and after.",
)
def derivative_writes_into_x() -> Functions:
    def dx(dout: Array, x: Array) -> Any:
        x[x <= 0] = 0
        x[x > 0] = 1
        return dout * x

    return relu(dx=dx)


@wrong(
    "relu",
    "You multiply x by a mask, and minus infinity times 0 is not a number; the rectifier gives 0 there.",
    "Selecting elements is not the same as multiplying them by 0 and 1.",
)
def infinity_times_zero() -> Functions:
    return relu(out=lambda x: x * (x > 0))


@wrong(
    "relu",
    "You turn NaN into 0; NaN must come out where NaN goes in, or an overflow further down stays hidden.",
    "What does a comparison with NaN give, and which branch is taken then?",
)
def nan_is_swallowed() -> Functions:
    return relu(out=lambda x: np.where(x > 0, x, 0))


@wrong(
    "relu shallow_net",
    "You turn negative values into positive ones; the rectifier turns them into 0.",
    "What comes out for x = -2?",
)
def takes_the_absolute_value() -> Functions:
    return relu(out=np.abs)


@wrong(
    "relu shallow_net",
    "You cut off at 1 as well; the rectifier has no upper bound.",
    "What comes out for x = 3?",
)
def is_clipped_at_one() -> Functions:
    return relu(out=lambda x: np.clip(x, 0, 1))


@wrong(
    "relu shallow_net",
    "Your output is float32 whatever x is; the rectifier keeps the dtype of x.",
    "Which dtype do you ask for, and what is left of the last digits of x?",
)
def output_is_narrowed_to_float32() -> Functions:
    return relu(out=lambda x: np.maximum(x, 0).astype(np.float32))
