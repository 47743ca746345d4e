"""Mistakes in connectionist temporal classification."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("reduction", "ctc_average")
Step = Callable[..., Any]


def paths_of(own: Array, skips: Array) -> Array:
    """The logarithm of all paths up to each state, its own symbol included."""
    paths = np.full(own.shape, -np.inf)
    paths[0, :2] = own[0, :2]
    for t in range(1, len(own)):
        before = np.concatenate([[-np.inf, -np.inf], paths[t - 1]])
        step = np.logaddexp(before[2:], before[1:-1])
        paths[t] = own[t] + np.where(skips, np.logaddexp(step, before[:-2]), step)
    return paths


def may_skip(states: Array) -> Array:
    """Which states may be reached over the one before them."""
    skips = np.zeros(len(states), bool)
    skips[2:] = (states[2:] != 0) & (states[2:] != states[:-2])
    return skips


def ctc(
    skips: Step = may_skip,
    both: Step = lambda until, after, own: until + after - own,
    paths: Step = paths_of,
    ends: Step = lambda until: np.logaddexp(until[-1, -1], until[-1, -2]),
    value: Step = lambda whole, _occupancy, _own: -whole,
    divided: Step = lambda dx, samples: dx / samples,
) -> Functions:
    """The loss by paths to and from each state."""

    def ctc_loss(x: Array, y: Array, lengths: Array) -> Any:
        shifted = x - x.max(axis=2, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
        dx, loss = np.exp(logs), 0.0
        for n, length in enumerate(lengths):
            states = np.zeros(2 * int(length) + 1, int)
            states[1::2] = y[n, :length]
            own = logs[:, n, states].astype(float)
            until = paths(own, skips(states))
            after = paths(own[::-1, ::-1], skips(states[::-1]))[::-1, ::-1]
            whole = ends(until)
            occupancy = np.exp(both(until, after, own) - whole)
            loss += value(whole, occupancy, own)
            np.subtract.at(dx[:, n].T, states, occupancy.T.astype(x.dtype))
        return loss / len(lengths), divided(dx, x.dtype.type(len(lengths)))

    return {"ctc_loss": ctc_loss}


@wrong(
    "ctc_loss",
    "Your paths skip the blank between two symbols that are the same; it must stay, or the two count as one.",
    "How does a path spell a word with a double letter?",
)
def blank_between_repeated_symbols_skipped() -> Functions:
    def skips(states: Array) -> Array:
        may = np.zeros(len(states), bool)
        may[2:] = states[2:] != 0
        return may

    return ctc(skips=skips)


@wrong(
    "ctc_loss",
    "Your paths never skip a blank; between two different symbols there may be none.",
    "From which three states is a symbol reached?",
)
def blanks_never_skipped() -> Functions:
    return ctc(skips=lambda states: np.zeros(len(states), bool))


@wrong(
    "ctc_loss",
    "Your two halves of a path both hold the symbol of their own step; it counts once.",
    "Is y_t part of alpha, of beta, or of both?",
)
def own_symbol_counted_twice() -> Functions:
    return ctc(both=lambda until, after, _own: until + after)


@wrong(
    "ctc_loss",
    "Your paths all end on the last blank; they may end on the last symbol too.",
    "Which two states may be the last one?",
)
def ends_on_the_blank_alone() -> Functions:
    return ctc(ends=lambda until: until[-1, -1])


@wrong(
    "ctc_loss",
    "Your gradient is not divided by the number of samples; the loss is.",
    "Is your gradient that of the sum or that of the mean?",
)
def gradient_not_averaged() -> Functions:
    return ctc(divided=lambda dx, _samples: dx)


@wrong(
    "ctc_loss",
    "Your loss is the expected one, -sum of occupancy * log y; it is -log p, of which occupancy is the slope.",
    "Which function has the gradient that you return?",
)
def expected_divergence() -> Functions:
    return ctc(value=lambda _whole, occupancy, own: -(occupancy * own).sum())


@wrong(
    "ctc_loss",
    "You add up probabilities, which are below the smallest number after some hundred steps; add up their logarithms.",
    "What is 0.1**400?",
)
def probabilities_added_up() -> Functions:
    def paths(own: Array, skips: Array) -> Any:
        shares = np.exp(own)
        reached = np.zeros(own.shape)
        reached[0, :2] = shares[0, :2]
        for t in range(1, len(own)):
            before = np.concatenate([np.zeros(2), reached[t - 1]])
            reached[t] = shares[t] * (before[2:] + before[1:-1] + skips * before[:-2])
        return np.log(reached)

    return ctc(paths=paths)
