"""Mistakes in losses over classes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions, wrong
from gradproof.conformance.spec.cases import Array

SUPPOSES = ("reduction",)
Step = Callable[..., Any]


def logs_of(x: Array) -> Any:
    """Logarithms of shares."""
    shifted = x - x.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def hot_of(x: Array, y: Array) -> Any:
    """One-hot rows; zeros for no class."""
    return (y[:, np.newaxis] == np.arange(x.shape[1])).astype(x.dtype)


@wrong(
    "nll_loss",
    "You take log-softmax of what is given; these are logarithms of probabilities already.",
    "What does the layer below give?",
)
def log_softmax_taken_again() -> Functions:
    def nll_loss(x: Array, y: Array) -> Any:
        logs, hot = logs_of(x), hot_of(x, y)
        return -(logs * hot).sum() / len(x), (np.exp(logs) - hot) / x.dtype.type(len(x))

    return {"nll_loss": nll_loss}


@wrong(
    "kl_loss",
    "Your loss leaves the logarithm of y out; a divergence is 0 where the two agree.",
    "What is left where x is log(y)?",
)
def entropy_left_out() -> Functions:
    return {"kl_loss": lambda x, y: (-(y * x).mean(), -y / x.dtype.type(x.size))}


@wrong(
    "kl_loss",
    "Your divergence is turned round; y, not exp(x), weighs the difference of the logarithms.",
    "Which of the two is the one that is expected?",
)
def turned_round() -> Functions:
    def kl_loss(x: Array, y: Array) -> Any:
        logarithm = np.log(np.where(y > 0, y, 1))
        return (np.exp(x) * (x - logarithm)).mean(), np.exp(x) * (x - logarithm + 1) / x.dtype.type(x.size)

    return {"kl_loss": kl_loss}


def focal(slope: Step) -> Functions:
    """The focal loss, ``slope(p, log p, gamma)`` by the logarithm of the right share."""

    def focal_loss(x: Array, y: Array, gamma: float) -> Any:
        logs, hot = logs_of(x), hot_of(x, y)
        own = (logs * hot).sum(axis=1)
        p = np.exp(own)
        dx = slope(p, own, gamma)[:, np.newaxis] * (hot - np.exp(logs)) / x.dtype.type(len(x))
        return -((-np.expm1(own)) ** gamma * own).mean(), dx

    return {"focal_loss": focal_loss}


@wrong(
    "focal_loss",
    "Your gradient takes the factor (1 - p)^gamma for a constant; p stands in it, so the product rule has two terms.",
    "How many factors of the loss hold p?",
)
def factor_taken_for_a_constant() -> Functions:
    return focal(lambda p, _own, gamma: -((1 - p) ** gamma))


def extended(
    aim: Step = lambda hot, s, classes: (1 - s) * hot + s / classes,
    weigh: Step = lambda aim, weight, hot: aim * weight,
    total: Step = lambda counts, weight, hot: (hot @ weight * counts).sum(),
    counted: Step = lambda counts: counts,
) -> Functions:
    """Cross-entropy with its options."""

    def cross_entropy_extended(x: Array, y: Array, weight: Array, ignore_index: int, s: float) -> Any:
        counts = (y != ignore_index).astype(x.dtype)
        hot, logs = hot_of(x, np.where(y == ignore_index, 0, y)), logs_of(x)
        aims = weigh(aim(hot, s, x.shape[1]), weight, hot) * counted(counts)[:, np.newaxis]
        divisor = total(counts, weight, hot)
        dx = np.exp(logs) * aims.sum(axis=1, keepdims=True) - aims
        return -(aims * logs).sum() / divisor, (dx / divisor).astype(x.dtype)

    return {"cross_entropy_extended": cross_entropy_extended}


@wrong(
    "cross_entropy_extended",
    "Your weighted loss is divided by the number of samples that count; it is divided by the sum of their weights.",
    "What do the weights of a weighted mean add up to?",
)
def divided_by_the_number() -> Functions:
    return extended(total=lambda counts, _weight, _hot: counts.sum())


@wrong(
    "cross_entropy_extended",
    "Your loss is divided by all samples; those that do not count are left out of the divisor too.",
    "Does the mean change if a sample is added that does not count?",
)
def divided_by_all_samples() -> Functions:
    return extended(total=lambda _counts, weight, hot: (hot @ weight).sum())


@wrong(
    "cross_entropy_extended",
    "Your samples that do not count still count; their loss and their gradient are 0.",
    "Where does ignore_index enter your loss?",
)
def ignored_samples_count() -> Functions:
    return extended(counted=np.ones_like)


@wrong(
    "cross_entropy_extended",
    "Your smoothing is shared by the wrong classes alone; all classes have s / C, the right one too.",
    "What do the aims of a row add up to, and which of them is s / C?",
)
def smoothing_over_the_others() -> Functions:
    return extended(aim=lambda hot, s, classes: (1 - s) * hot + (1 - hot) * s / (classes - 1))


@wrong(
    "cross_entropy_extended",
    "Your weights are those of the label for the whole row; each class that is aimed at has its own.",
    "Which weight does the smoothed part of the aim have?",
)
def weight_of_the_label_alone() -> Functions:
    return extended(weigh=lambda aim, weight, hot: aim * (hot @ weight)[:, np.newaxis])
