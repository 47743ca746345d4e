"""Mistakes in losses of numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("reduction",)
Step = Callable[..., Any]


def of_errors(name: str, loss: Step, dx: Step) -> Functions:
    """A loss of the errors ``x - y`` and its gradient, ``loss(error, *options)`` and ``dx(error, *options)``."""
    return {name: lambda x, y, *options: (loss(x - y, *options), dx(x - y, *options).astype(x.dtype))}


@wrong(
    "mse_loss",
    "Your gradient has the sign turned round; the loss falls where x comes nearer to y.",
    "Is it the derivative by x or by y?",
)
def gradient_by_the_targets() -> Functions:
    return of_errors("mse_loss", lambda e: (e**2).mean(), lambda e: -2 * e / e.size)


@wrong(
    "mse_loss",
    "Your gradient lacks the 2; it is 2 * (x - y) / size, for the loss has no half.",
    "Differentiate a square.",
)
def gradient_without_the_two() -> Functions:
    return of_errors("mse_loss", lambda e: (e**2).mean(), lambda e: e / e.size)


@wrong(
    "mse_loss",
    "Your gradient is not divided by the number of elements; the loss is a mean, and so is its gradient.",
    "How much does the loss change if one of a thousand predictions does?",
)
def gradient_not_averaged() -> Functions:
    return of_errors("mse_loss", lambda e: (e**2).mean(), lambda e: 2 * e)


@wrong(
    "mse_loss",
    "Your loss has a half in front of the square; the mean of the squares has none.",
    "What does the text say stands before the sum?",
)
def half_of_the_square() -> Functions:
    return of_errors("mse_loss", lambda e: (e**2).mean() / 2, lambda e: e / e.size)


@wrong(
    "mse_loss",
    "You take the root of the mean; the loss is the mean of the squares itself.",
    "Is it the MSE or the RMSE that is asked for?",
)
def root_of_the_mean() -> Functions:
    return of_errors("mse_loss", lambda e: np.sqrt((e**2).mean()), lambda e: e / e.size / np.sqrt((e**2).mean()))


@wrong(
    "l1_loss",
    "Your gradient is the error; the slope of a distance is its sign alone.",
    "How fast does |e| grow, for a large e and for a small one?",
)
def gradient_is_the_error() -> Functions:
    return of_errors("l1_loss", lambda e: np.abs(e).mean(), lambda e: e / e.size)


def huber(far: Step) -> Functions:
    """Huber's loss with another branch for what is far."""

    def loss(error: Array, delta: float) -> Any:
        return np.where(np.abs(error) <= delta, error**2 / 2, far(np.abs(error), delta)).mean()

    return of_errors("huber_loss", loss, lambda e, delta: np.clip(e, -delta, delta) / e.size)


@wrong(
    "huber_loss",
    "Your two branches do not meet; far from the target it is delta * (|e| - delta / 2).",
    "What do both formulas give at |e| = delta?",
)
def branches_do_not_meet() -> Functions:
    return huber(lambda size, delta: delta * size)


@wrong(
    "huber_loss",
    "Your far branch is that of delta = 1; in general it is delta * (|e| - delta / 2).",
    "Put delta = 2 into it: do the branches meet?",
)
def far_branch_of_delta_one() -> Functions:
    return huber(lambda size, _delta: size - 0.5)


@wrong(
    "huber_loss",
    "Your slope far from the target is 1; it is delta.",
    "Differentiate delta * |e|.",
)
def slope_of_one_far_away() -> Functions:
    def loss(error: Array, delta: float) -> Any:
        near = np.clip(error, -delta, delta)
        return (near * (error - near / 2)).mean()

    return of_errors("huber_loss", loss, lambda e, delta: np.where(np.abs(e) <= delta, e, np.sign(e)) / e.size)
