"""Mistakes in dropout, for p the probability to keep and inverted dropout: its scale and its modes.

Every mask is drawn by ``kept``, but where the mask is the mistake.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.keeping import kept
from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("dropout_p", "dropout")

Step = Callable[..., Any]


def inverse(keep: float) -> float:
    """The scale of inverted dropout. A scale of infinity is one that no element has."""
    return 1 / keep if keep else np.inf


def one(_keep: float) -> float:
    """No scale."""
    return 1.0


def masked(x: Array, mask: Array, scale: float) -> Any:
    """X scaled where it is kept, else 0."""
    return np.where(mask, x * x.dtype.type(scale), 0)


def dropout(
    mask: Step = kept,
    scale: Step = inverse,
    test: Step = lambda x, keep, seed: x,
    backward_mask: Step = lambda mask, keep, seed: mask,
    backward_scale: Step | None = None,
) -> Functions:
    """Dropout: the mask, the scale, what test mode does and what the backward makes of them can be replaced."""

    def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
        keep, seed = dropout_param["p"], dropout_param.get("seed")
        if dropout_param["mode"] == "test":
            return test(x, keep, seed), (keep, seed, None)
        drawn = mask(x.shape, keep, seed)
        return masked(x, drawn, scale(keep)), (keep, seed, drawn)

    def dropout_backward(dout: Array, cache: Any) -> Any:
        keep, seed, drawn = cache
        if drawn is None:
            return dout
        return masked(dout, backward_mask(drawn, keep, seed), (backward_scale or scale)(keep))

    return {"dropout_forward": dropout_forward, "dropout_backward": dropout_backward}


@wrong(
    "dropout",
    "You do not scale what is kept; inverted dropout divides it by the probability to keep.",
    "What is the mean of the output over many masks, and what is it at test time?",
)
def kept_values_are_not_scaled() -> Functions:
    return dropout(scale=one)


@wrong(
    "dropout",
    "You scale what is kept twice; once makes up for what is dropped.",
    "Count the divisions, in the mask and after it.",
)
def kept_values_are_scaled_twice() -> Functions:
    return dropout(scale=lambda keep: inverse(keep) ** 2)


@wrong(
    "dropout",
    "You multiply what is kept by the probability to keep; inverted dropout divides by it.",
    "Should what is kept grow or shrink to make up for what is dropped?",
)
def kept_values_are_multiplied_by_p() -> Functions:
    return dropout(scale=lambda keep: keep)


@wrong(
    "dropout",
    "You divide what is kept by the probability to drop; inverted dropout divides by that to keep.",
    "What is the mean of the output over many masks?",
)
def kept_values_are_divided_by_the_drop_probability() -> Functions:
    return dropout(scale=lambda keep: inverse(1 - keep))


@wrong(
    "dropout",
    "You scale in training and at test time again; inverted dropout leaves test time alone.",
    "What was the division in training for?",
)
def test_time_is_scaled_too() -> Functions:
    return dropout(test=lambda x, keep, seed: x * x.dtype.type(keep))


@wrong(
    "dropout",
    "You divide by the probability to keep at test time too; nothing is dropped there, and nothing is to make up for.",
    "What is the mean of the output at test time, and what is it in training?",
)
def test_time_is_divided_too() -> Functions:
    return dropout(test=lambda x, keep, seed: x * x.dtype.type(inverse(keep)))


@wrong(
    "dropout",
    "You drop at test time as well; dropout is for training only.",
    "Call it twice in test mode: is the output the same?",
)
def drops_at_test_time() -> Functions:
    return dropout(test=lambda x, keep, seed: masked(x, kept(x.shape, keep, seed), inverse(keep)))


@wrong(
    "dropout",
    "You drop at test time and not in training; it is the other way round.",
    "Which mode does each of your branches belong to?",
)
def modes_are_exchanged() -> Functions:
    right = dropout()

    def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
        other = "train" if dropout_param["mode"] == "test" else "test"
        return right["dropout_forward"](x, {**dropout_param, "mode": other})

    return {**right, "dropout_forward": dropout_forward}


@wrong(
    "dropout",
    "Your backward returns dout as it is; it applies the mask and the scale of the forward.",
    "What does a change of an element do to the output, if it was dropped and if it was kept?",
)
def backward_is_the_identity() -> Functions:
    return dropout(backward_mask=lambda mask, keep, seed: np.ones_like(mask), backward_scale=one)


@wrong(
    "dropout",
    "Your backward forgets the scale; what is kept was divided by p, and so is its gradient.",
    "What was each kept element multiplied by in the forward?",
)
def scale_is_forgotten_in_backward() -> Functions:
    return dropout(backward_scale=one)


@wrong(
    "dropout",
    "Your backward multiplies by p; what is kept was divided by p, and so is its gradient.",
    "What was each kept element multiplied by in the forward?",
)
def scale_is_turned_over_in_backward() -> Functions:
    return dropout(backward_scale=lambda keep: keep)


@wrong(
    "dropout",
    "You write into x; x belongs to the caller, so work on an array of your own.",
    "Print x before and after the call.",
)
def writes_into_x() -> Functions:
    right = dropout()

    def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
        out, cache = right["dropout_forward"](x, dropout_param)
        x[...] = out
        return x, cache

    return {**right, "dropout_forward": dropout_forward}


@wrong(
    "dropout",
    "Your mask widens float32 to float64, forward and backward; float32 in gives float32 out.",
    "Which dtype has the mask once it is divided by the probability to keep?",
)
def mask_widens_to_float64() -> Functions:
    right = dropout()

    def dropout_forward(x: Array, dropout_param: dict[str, Any]) -> Any:
        return right["dropout_forward"](x.astype(np.float64), dropout_param)

    def dropout_backward(dout: Array, cache: Any) -> Any:
        return right["dropout_backward"](dout.astype(np.float64), cache)

    return {"dropout_forward": dropout_forward, "dropout_backward": dropout_backward}
