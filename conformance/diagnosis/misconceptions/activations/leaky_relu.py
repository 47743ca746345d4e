"""Mistakes in leaky relu."""

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.activations.base import Step, elementwise
from gradproof.conformance.spec.cases import Array


def leaky_relu(
    out: Step = lambda x, slope: np.where(x > 0, x, slope * x),
    dx: Step = lambda dout, x, slope: np.where(x > 0, dout, slope * dout),
) -> Functions:
    """The rectifier that leaks."""
    return elementwise("leaky_relu", out, dx)


@wrong(
    "leaky_relu",
    "You apply the slope on the positive side; it belongs to the negative side.",
    "What is to come out for x = 2, and what for x = -2?",
)
def slope_on_the_wrong_side() -> Functions:
    return leaky_relu(
        out=lambda x, slope: np.where(x > 0, slope * x, x),
        dx=lambda dout, x, slope: np.where(x > 0, slope * dout, dout),
    )


@wrong(
    "leaky_relu",
    "Your backward applies the slope on the positive side; it belongs to the negative side.",
    "Where did the forward multiply by the slope?",
)
def slope_on_the_wrong_side_in_backward() -> Functions:
    return leaky_relu(dx=lambda dout, x, slope: np.where(x > 0, slope * dout, dout))


@wrong(
    "leaky_relu",
    "Your backward multiplies by the slope twice on the negative side; it does so once.",
    "How often does the slope stand in the forward?",
)
def slope_is_squared() -> Functions:
    return leaky_relu(dx=lambda dout, x, slope: np.where(x > 0, dout, slope * slope * dout))


@wrong(
    "leaky_relu",
    "Your backward gives 0 on the negative side; the leak has a slope there.",
    "What sets this layer apart from the plain rectifier?",
)
def slope_is_forgotten_in_backward() -> Functions:
    return leaky_relu(dx=lambda dout, x, slope: np.where(x > 0, dout, 0))


@wrong(
    "leaky_relu",
    "Your forward gives 0 on the negative side; it leaks the slope times x there.",
    "What sets this layer apart from the plain rectifier?",
)
def slope_is_forgotten_in_forward() -> Functions:
    return leaky_relu(out=lambda x, slope: np.maximum(x, 0))


@wrong(
    "leaky_relu",
    "Your backward multiplies by the slope everywhere; on the positive side the derivative is 1.",
    "What does the forward do to a positive x?",
)
def slope_everywhere_in_backward() -> Functions:
    return leaky_relu(dx=lambda dout, x, slope: slope * dout)


@wrong(
    "leaky_relu",
    "Your slope is always 0.01; it is the one that the call gives.",
    "Try another negative_slope: does anything change?",
)
def slope_is_hard_coded() -> Functions:
    return leaky_relu(
        out=lambda x, slope: np.where(x > 0, x, 0.01 * x), dx=lambda dout, x, slope: np.where(x > 0, dout, 0.01 * dout)
    )


@wrong(
    "leaky_relu",
    "Your negative side comes out positive; it keeps its sign and is only made smaller.",
    "What is to come out for x = -2?",
)
def slope_has_the_wrong_sign() -> Functions:
    return leaky_relu(
        out=lambda x, slope: np.where(x > 0, x, -slope * x),
        dx=lambda dout, x, slope: np.where(x > 0, dout, -slope * dout),
    )


@wrong(
    "leaky_relu",
    "Your backward chooses the side by the sign of dout; it is chosen by the sign of x.",
    "Whose sign decided in the forward?",
)
def side_from_dout() -> Functions:
    return leaky_relu(dx=lambda dout, x, slope: np.where(dout > 0, dout, slope * dout))


@wrong(
    "leaky_relu",
    "You multiply by masks, and infinity times 0 is not a number; the layer gives infinity times its slope.",
    "Selecting elements is not the same as multiplying them by 0 and 1.",
)
def infinity_times_zero() -> Functions:
    return leaky_relu(out=lambda x, slope: x * (x > 0) + slope * x * (x <= 0))


@wrong(
    "leaky_relu",
    "Your forward writes into x; x belongs to the caller, so work on an array of your own.",
    "Print x before and after the call.",
)
def writes_into_x() -> Functions:
    def out(x: Array, slope: float) -> Array:
        x[x <= 0] *= slope
        return x

    return leaky_relu(out=out)


@wrong(
    "leaky_relu",
    "Your backward writes into dout; dout belongs to the caller, so work on an array of your own.",
    "Print dout before and after the call.",
)
def writes_into_dout() -> Functions:
    def dx(dout: Array, x: Array, slope: float) -> Array:
        dout[x <= 0] *= slope
        return dout

    return leaky_relu(dx=dx)
