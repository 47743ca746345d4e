"""Mistakes in binary cross-entropies."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.diagnosis.misconceptions.activations.sigmoid import logistic
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("reduction",)
SCORES = "bce_with_logits_loss sigmoid_cross_entropy"
Step = Callable[..., Any]


def of_chances(p: Array, y: Array) -> Any:
    """The loss of probabilities."""
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()


def bce(loss: Step, dp: Step) -> Functions:
    """Of probabilities."""
    return {"bce_loss": lambda p, y: (loss(p, y), dp(p, y))}


@wrong(
    "bce_loss",
    "Your gradient is p - y, which is the one by the scores; by the probabilities it is divided by p * (1 - p).",
    "Which of the two is the argument of your function?",
)
def gradient_by_the_scores() -> Functions:
    return bce(of_chances, lambda p, y: (p - y) / p.size)


@wrong(
    "bce_loss",
    "Your loss leaves out the samples whose label is 0; they give -log(1 - p).",
    "What does a sample with y = 0 and p = 0.9 cost?",
)
def only_what_is_labelled_one() -> Functions:
    return bce(lambda p, y: -(y * np.log(p)).mean(), lambda p, y: -y / p / p.size)


@wrong(
    "bce_loss",
    "Your gradient adds the two parts; that of log(1 - p) has a minus of its own.",
    "What is the derivative of log(1 - p)?",
)
def inner_minus_left_out() -> Functions:
    return bce(of_chances, lambda p, y: -(y / p + (1 - y) / (1 - p)) / p.size)


def of_scores(loss: Step, dx: Step) -> Functions:
    """Of scores, under both names."""

    def both(x: Array, y: Array) -> Any:
        return loss(x, y), dx(x, y)

    return dict.fromkeys(SCORES.split(), both)


def stable(x: Array, y: Array) -> Any:
    """The loss of scores."""
    return (np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))).mean()


@wrong(
    SCORES,
    "You take the logarithm of probabilities; far out they are 0 or 1, and the logarithm and its gradient "
    "infinite or not a number.",
    "What is log(1 - sigmoid(1000))?",
)
def logarithm_of_the_probabilities() -> Functions:
    def through_the_chances(x: Array, y: Array) -> Any:
        p = 1 / (1 + np.exp(-x))
        return -(y / p - (1 - y) / (1 - p)) * p * (1 - p) / x.dtype.type(x.size)

    return of_scores(lambda x, y: of_chances(1 / (1 + np.exp(-x)), y), through_the_chances)


@wrong(
    SCORES,
    "You clip the probabilities before the logarithm; the loss stops growing there, and so it is wrong far out.",
    "What is the loss of a score of 1,000 whose label is 0?",
)
def probabilities_clipped() -> Functions:
    def clipped(x: Array, y: Array) -> Any:
        small = x.dtype.type(1e-7)
        return of_chances(np.clip(logistic(x), small, 1 - small), y)

    return of_scores(clipped, lambda x, y: (logistic(x) - y) / x.dtype.type(x.size))


@wrong(
    SCORES,
    "Your gradient is not divided by the number of elements; the loss is a mean, and so is its gradient.",
    "How much does the loss change if one of a thousand scores does?",
)
def gradient_not_averaged() -> Functions:
    return of_scores(stable, lambda x, y: logistic(x) - y)


@wrong(
    SCORES,
    "Your gradient multiplies by the sigmoid's derivative once more; by the scores it is sigmoid(x) - y.",
    "By which of the two is p - y the derivative already?",
)
def slope_of_the_sigmoid_twice() -> Functions:
    return of_scores(stable, lambda x, y: (logistic(x) - y) * logistic(x) * (1 - logistic(x)) / x.dtype.type(x.size))
