"""Mistakes in the mask of dropout: how it is drawn, and what the backward makes of it."""

from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.keeping import kept
from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.dropout.base import dropout, inverse, one
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("dropout_p", "dropout")


@wrong(
    "dropout",
    "Your dropout drops nothing; in training each element is kept with the probability p alone.",
    "Count the zeros in the output.",
)
def nothing_is_dropped() -> Functions:
    return dropout(mask=lambda shape, keep, seed: np.ones(shape, bool), scale=one)


@wrong(
    "dropout",
    "You keep an element with the probability 1 - p and scale by p; p is the probability to keep in both.",
    "With p = 0.9, how many zeros should there be?",
)
def mask_is_reversed() -> Functions:
    return dropout(mask=lambda shape, keep, seed: ~kept(shape, keep, seed))


@wrong(
    "dropout",
    "You take p for the probability to drop; here it is the probability to keep.",
    "With p = 0.9, how many zeros should there be?",
)
def p_is_taken_for_the_drop_probability() -> Functions:
    return dropout(mask=lambda shape, keep, seed: kept(shape, 1 - keep, seed), scale=lambda keep: inverse(1 - keep))


@wrong(
    "dropout",
    "You draw one row of the mask for the whole batch; every element is drawn on its own.",
    "Print the mask of a small batch.",
)
def mask_is_shared_by_the_rows() -> Functions:
    return dropout(mask=lambda shape, keep, seed: np.broadcast_to(kept(shape[1:], keep, seed), shape))


@wrong(
    "dropout",
    "You draw one number for each sample and drop all of it or nothing; every element is drawn on its own.",
    "Print the mask of a small batch.",
)
def mask_is_shared_by_the_columns() -> Functions:
    def mask(shape: tuple[int, ...], keep: float, seed: Any) -> Array:
        return np.broadcast_to(kept((shape[0], *(1 for _ in shape[1:])), keep, seed), shape)

    return dropout(mask=mask)


@wrong(
    "dropout",
    "You ignore the seed; with the same seed in dropout_param the mask is the same.",
    "Which key of dropout_param do you never read?",
)
def seed_is_ignored() -> Functions:
    return dropout(mask=lambda shape, keep, seed: kept(shape, keep, None))


@wrong(
    "dropout",
    "You seed the generator with a constant in every call; every call draws a new mask, unless it is given a seed.",
    "Call it twice without a seed and compare.",
)
def seed_is_a_constant() -> Functions:
    return dropout(mask=lambda shape, keep, seed: kept(shape, keep, 0))


@wrong(
    "dropout",
    "You set the seed on NumPy's global generator; whoever else draws from it is set back too.",
    "Can a call have a generator of its own?",
)
def global_generator_is_seeded() -> Functions:
    def mask(shape: tuple[int, ...], keep: float, seed: Any) -> Array:
        if seed is not None:
            np.random.seed(seed)
        return np.random.random(shape) < keep

    return dropout(mask=mask)


@wrong(
    "dropout",
    "Your backward draws a mask of its own; it applies the one that the forward drew.",
    "What does the cache hold for the backward?",
)
def mask_is_drawn_again_in_backward() -> Functions:
    def redrawn(mask: Array, keep: float, seed: Any) -> Array:
        return kept(mask.shape, keep, None if seed is None else (seed, 1))

    return dropout(backward_mask=redrawn)


@wrong(
    "dropout",
    "Your backward applies no mask; what was dropped has the gradient 0.",
    "What does a change of a dropped element do to the output?",
)
def mask_is_not_applied_in_backward() -> Functions:
    return dropout(backward_mask=lambda mask, keep, seed: np.ones_like(mask))


@wrong(
    "dropout",
    "Your backward lets the gradient through where the forward dropped; it is the other way round.",
    "What does a change of a dropped element do to the output?",
)
def mask_is_reversed_in_backward() -> Functions:
    return dropout(backward_mask=lambda mask, keep, seed: ~mask)


def one_row(shape: tuple[int, ...], keep: float, seed: Any) -> Array:
    """One row of the mask, as long as the second axis. An input of one axis has none, and raises."""
    return kept((1, shape[1]), keep, seed)


@wrong(
    "dropout",
    "You draw one row of the mask, as long as the second axis; every element of x is drawn on its own.",
    "Print the mask of a small batch, and try an input of one axis and one of three.",
)
def mask_is_one_row_of_the_second_axis() -> Functions:
    return dropout(mask=one_row)


@wrong(
    "dropout",
    "You draw one row of the mask for all samples, keep with the probability 1 - p and scale by 1 / p; every element "
    "is drawn on its own, and p is the probability to keep in both.",
    "Print the mask of a small batch with p = 0.9: which elements share a fate, and how many are zeros?",
)
def mask_is_one_row_and_reversed() -> Functions:
    return dropout(mask=lambda shape, keep, seed: ~one_row(shape, keep, seed))


@wrong(
    "dropout",
    "You keep an element with the probability 1 - p and do not scale it; p is the probability to keep, and what is "
    "kept is divided by it.",
    "With p = 0.9, how many zeros should there be, and what is the mean of the output?",
)
def mask_is_reversed_and_not_scaled() -> Functions:
    return dropout(mask=lambda shape, keep, seed: kept(shape, 1 - keep, seed), scale=one)
