"""Masks of normal numbers, whichever probability p is: what is said of them holds under every convention."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.dropout.base import dropout, inverse
from gradproof.conformance.spec.cases import Array

told = wrong(
    "dropout",
    "You draw normal numbers; a uniform number in [0, 1) is below p with the probability p, a normal one is not.",
    "How often is a number of randn below 0.8? Try several p, for one of them hides this.",
)


def _kept_where(is_kept: Callable[[Array, float], Any], scale: Callable[[float], float] = inverse) -> Functions:
    def mask(shape: tuple[int, ...], p: float, seed: Any) -> Array:
        return np.asarray(is_kept(np.random.RandomState(seed).standard_normal(shape), p))

    return dropout(mask=mask, scale=scale)


def _inverse_of_the_rest(p: float) -> float:
    return inverse(1 - p)


@told
def mask_from_normal_numbers() -> Functions:
    return _kept_where(lambda drawn, p: drawn < p)


@told
def mask_from_normal_numbers_above_p() -> Functions:
    return _kept_where(lambda drawn, p: drawn > p)


@told
def mask_from_normal_numbers_above_the_share_that_is_dropped() -> Functions:
    return _kept_where(lambda drawn, p: drawn > p, _inverse_of_the_rest)


@told
def mask_from_normal_numbers_below_the_share_that_is_kept() -> Functions:
    return _kept_where(lambda drawn, p: drawn < 1 - p, _inverse_of_the_rest)
