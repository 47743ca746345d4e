"""Mistakes in initial weights."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong

SUPPOSES = ("xavier", "he_fan")
Draw = Callable[[int, int, np.random.Generator], Any]


def drawn(name: str, draw: Draw) -> Functions:
    """Weights by ``draw(fan_in, fan_out, generator)``."""
    return {name: lambda fan_in, fan_out: draw(fan_in, fan_out, np.random.default_rng())}


@wrong(
    "xavier_uniform",
    "Your bound is the standard deviation; a uniform distribution of that variance reaches sqrt(3) times as far.",
    "What is the variance of a uniform distribution on [-a, a]?",
)
def bound_is_the_deviation() -> Functions:
    return drawn(
        "xavier_uniform",
        lambda i, o, generator: generator.uniform(-((2 / (i + o)) ** 0.5), (2 / (i + o)) ** 0.5, (i, o)),
    )


@wrong(
    "xavier_uniform",
    "Your weights are all positive; they lie on both sides of 0.",
    "Which numbers does np.random.rand give?",
)
def on_one_side_of_zero() -> Functions:
    return drawn("xavier_uniform", lambda i, o, generator: generator.uniform(0, 2 * (6 / (i + o)) ** 0.5, (i, o)))


@wrong(
    "xavier_normal",
    "You multiply by the variance; normal numbers are multiplied by the standard deviation, its root.",
    "What is the variance of c times a standard normal number?",
)
def variance_for_the_deviation() -> Functions:
    return drawn("xavier_normal", lambda i, o, generator: generator.standard_normal((i, o)) * 2 / (i + o))


@wrong(
    "xavier_normal",
    "Your weights are uniform; normal ones are asked for.",
    "Which of the two does np.random.rand draw?",
)
def uniform_for_normal() -> Functions:
    return drawn(
        "xavier_normal",
        lambda i, o, generator: generator.uniform(-((6 / (i + o)) ** 0.5), (6 / (i + o)) ** 0.5, (i, o)),
    )


@wrong(
    "he_normal",
    "Your variance is 1 / fan_in; a rectifier takes half of the signal away, so that it is 2 / fan_in.",
    "What does the 2 make up for?",
)
def without_the_two() -> Functions:
    return drawn("he_normal", lambda i, o, generator: generator.standard_normal((i, o)) / i**0.5)


@wrong(
    "he_normal",
    "Your weights are the same in every call; each call draws anew.",
    "Where is your generator made, and with which seed?",
)
def seeded_in_the_function() -> Functions:
    return {"he_normal": lambda i, o: np.random.default_rng(0).standard_normal((i, o)) * (2 / i) ** 0.5}


@wrong(
    "he_uniform",
    "Your bound is that of Xavier; He's is sqrt(6 / fan_in).",
    "Which fans does the formula hold?",
)
def bound_of_xavier() -> Functions:
    return drawn(
        "he_uniform",
        lambda i, o, generator: generator.uniform(-((6 / (i + o)) ** 0.5), (6 / (i + o)) ** 0.5, (i, o)),
    )


@wrong(
    "he_normal",
    "You multiply by the variance 2 / fan_in; normal numbers are multiplied by the standard deviation, its root.",
    "What is the variance of c times a standard normal number?",
)
def variance_for_the_root() -> Functions:
    return drawn("he_normal", lambda i, o, generator: generator.standard_normal((i, o)) * 2 / i)


@wrong(
    "he_uniform",
    "Your bound is 6 / fan_in; it is the root of that.",
    "What is the variance of a uniform distribution on [-a, a]?",
)
def bound_without_the_root() -> Functions:
    return drawn("he_uniform", lambda i, o, generator: generator.uniform(-6 / i, 6 / i, (i, o)))


@wrong(
    "xavier_uniform",
    "Your bound is 6 / (fan_in + fan_out); it is the root of that.",
    "What is the variance of a uniform distribution on [-a, a]?",
)
def bound_not_rooted() -> Functions:
    return drawn("xavier_uniform", lambda i, o, generator: generator.uniform(-6 / (i + o), 6 / (i + o), (i, o)))
