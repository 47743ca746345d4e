"""Losses over class scores: softmax cross-entropy and the multiclass hinge."""

from typing import Any

import numpy as np

from .validation import Array, require_labels


def softmax_loss(x: Array, y: Array) -> tuple[Any, Array]:
    """Mean softmax cross-entropy and its gradient.

    ``loss = mean_i(log sum_j exp(x_ij) - x_iy)`` by log-sum-exp with the row maximum taken out, so that no score
    overflows and no probability is ever passed to a logarithm; ``dx = (softmax(x) - onehot(y)) / N``.

    Args:
        x: (N, C), float scores.
        y: (N,), integer labels in [0, C).

    Returns:
        loss (a scalar of x's dtype) and dx (N, C).

    Raises:
        ValueError: if x is not a matrix or y does not hold N labels in range.

    Source: cs231n assignment 2; torch.nn.functional.cross_entropy.
    """
    require_labels("softmax_loss", "x", x, y)
    log_probabilities = _log_softmax(x)
    count = x.shape[0]
    rows = np.arange(count)
    dx = np.exp(log_probabilities)
    dx[rows, y] -= 1
    dx /= count
    return -log_probabilities[rows, y].sum() / count, dx


def softmax_cross_entropy(logits: Array, y: Array) -> tuple[Array, Any]:
    """Softmax probabilities and the mean cross-entropy, the row maximum subtracted.

    Args:
        logits: (N, C), float.
        y: (N,), integer labels in [0, C).

    Returns:
        a (N, C), the probabilities, and the loss (a scalar of the logits' dtype).

    Raises:
        ValueError: if logits is not a matrix or y does not hold N labels in range.
    """
    require_labels("softmax_cross_entropy", "logits", logits, y)
    log_probabilities = _log_softmax(logits)
    return np.exp(log_probabilities), -log_probabilities[np.arange(logits.shape[0]), y].mean()


def softmax_cross_entropy_backward(a: Array, y: Array) -> Array:
    """Derivative of each row's own cross-entropy by its logits: ``dlogits = a - onehot(y)``.

    The mean loss's gradient is this divided by N; a network that averages its parameter gradients over the batch
    divides there, not here.

    Args:
        a: (N, C), the probabilities of :func:`softmax_cross_entropy`.
        y: (N,), integer labels in [0, C).

    Returns:
        dlogits (N, C).

    Raises:
        ValueError: if a is not a matrix or y does not hold N labels in range.
    """
    require_labels("softmax_cross_entropy_backward", "a", a, y)
    dlogits = a.copy()
    dlogits[np.arange(a.shape[0]), y] -= 1
    return dlogits


def svm_loss(x: Array, y: Array) -> tuple[Any, Array]:
    """Mean multiclass hinge loss with margin 1, and its gradient.

    ``loss = mean_i sum_(j != y_i) max(0, x_ij - x_iy + 1)``; a margin of exactly 0 has the slope 0.

    Args:
        x: (N, C), float scores.
        y: (N,), integer labels in [0, C).

    Returns:
        loss (a scalar of x's dtype) and dx (N, C).

    Raises:
        ValueError: if x is not a matrix or y does not hold N labels in range.

    Source: Weston and Watkins (1999); C times torch.nn.functional.multi_margin_loss.
    """
    require_labels("svm_loss", "x", x, y)
    count = x.shape[0]
    rows = np.arange(count)
    margins = np.maximum(0, x - x[rows, y][:, np.newaxis] + 1)
    margins[rows, y] = 0
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = -dx.sum(axis=1)
    dx /= count
    return margins.sum(axis=1).mean(), dx


def _log_softmax(x: Array) -> Array:
    by_class = x.T.copy()  # (C, N): NumPy reduces the first axis several times as fast as a short last one
    by_class -= by_class.max(axis=0)
    by_class -= np.log(np.exp(by_class).sum(axis=0))
    return by_class.T
