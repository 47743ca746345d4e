"""Losses over classes beside the plain cross-entropy: nll, kl, focal, and cross-entropy with all its options."""

from typing import Any

import numpy as np

from .softmax import log_softmax_forward
from .validation import Array, require_labels, require_shape


def nll_loss(x: Array, y: Array) -> tuple[Any, Array]:
    """Negative log-likelihood: ``loss = -mean(x[n, y[n]])``, x being logarithms already.

    Args:
        x: (N, C), float, logarithms of probabilities.
        y: (N,), integer labels in [0, C).

    Returns:
        loss (a scalar of x's dtype) and dx (N, C): ``-1/N`` at the labels, 0 elsewhere.

    Raises:
        ValueError: if x is not a matrix or y does not hold N labels in range.

    Source: torch.nn.functional.nll_loss.
    """
    require_labels("nll_loss", "x", x, y)
    rows = np.arange(len(x))
    dx = np.zeros_like(x)
    dx[rows, y] = -1 / len(x)
    return -x[rows, y].mean(), dx


def kl_loss(x: Array, y: Array) -> tuple[Any, Array]:
    """Divergence of x from y: ``loss = mean(y * (log(y) - x))`` over all elements; where y is 0 it adds nothing.

    Args:
        x: logarithms of probabilities, float.
        y: probabilities, float, in the shape of x.

    Returns:
        loss (a scalar of x's dtype) and ``dx = -y / size``.

    Raises:
        ValueError: if y does not have the shape of x.

    Source: torch.nn.functional.kl_div, which warns that its "batchmean" is the mathematical one.
    """
    require_shape("kl_loss", "y", y, x.shape)
    logarithm = np.log(np.where(y > 0, y, 1))
    return (y * (logarithm - x)).mean(), -y / x.dtype.type(x.size)


def focal_loss(x: Array, y: Array, gamma: float = 2.0) -> tuple[Any, Array]:
    """Focal loss: ``loss = -mean((1 - p)**gamma * log(p))``, p being the softmax share of the right class.

    The slope by log(p) is ``gamma * p * (1 - p)**(gamma - 1) * log(p) - (1 - p)**gamma``, and log(p) has the gradient
    ``onehot(y) - softmax(x)``.

    Args:
        x: (N, C), float scores.
        y: (N,), integer labels in [0, C).
        gamma: how much less what is certain counts, above 0.

    Returns:
        loss (a scalar of x's dtype) and dx (N, C).

    Raises:
        ValueError: if x is not a matrix or y does not hold N labels in range.

    Source: Lin et al. (2017), over classes.
    """
    require_labels("focal_loss", "x", x, y)
    logs, _ = log_softmax_forward(x)
    own = logs[np.arange(len(x)), y]
    p, rest = np.exp(own), -np.expm1(own)
    slope = gamma * p * rest ** (gamma - 1) * own - rest**gamma
    towards = np.eye(x.shape[1], dtype=x.dtype)[y] - np.exp(logs)
    return -(rest**gamma * own).mean(), slope[:, np.newaxis] * towards / x.dtype.type(len(x))


def cross_entropy_extended(
    x: Array, y: Array, weight: Array, ignore_index: int, label_smoothing: float
) -> tuple[Any, Array]:
    """Cross-entropy with class weights, a label that does not count, and smoothed labels.

    Row n aims at ``t = (1 - s) * onehot(y) + s / C`` and gives ``-sum_c weight[c] * t[c] * log softmax(x)[c]``. The
    loss is the sum over the rows that count, divided by the sum of their ``weight[y]``.

    Args:
        x: (N, C), float scores.
        y: (N,), integer labels in [0, C), or ignore_index.
        weight: (C,), what each class counts.
        ignore_index: rows with this label count nothing and have no gradient.
        label_smoothing: s, the share of the aim that all classes have equally.

    Returns:
        loss (a scalar of x's dtype) and dx (N, C).

    Raises:
        ValueError: if x is not a matrix, or y or weight does not have the shape that belongs to it.

    Source: torch.nn.functional.cross_entropy.
    """
    labels = np.where(y == ignore_index, 0, y)
    require_labels("cross_entropy_extended", "x", x, labels)
    require_shape("cross_entropy_extended", "weight", weight, x.shape[1:])
    counts = (y != ignore_index).astype(x.dtype)[:, np.newaxis]
    logs, _ = log_softmax_forward(x)
    aim = (1 - label_smoothing) * np.eye(x.shape[1], dtype=x.dtype)[labels] + x.dtype.type(label_smoothing / x.shape[1])
    aim *= weight * counts
    total = (weight[labels] * counts[:, 0]).sum()
    dx = np.exp(logs) * aim.sum(axis=1, keepdims=True) - aim
    return -(aim * logs).sum() / total, dx / total
