"""Linear classifiers as one function of their weights: loss and gradient, penalty included, by loops and without."""

from typing import Any

import numpy as np

from .losses import softmax_loss, svm_loss
from .validation import Array


def svm_loss_vectorized(W: Array, X: Array, y: Array, reg: float) -> tuple[Any, Array]:
    """The multiclass hinge loss of ``X @ W`` and ``reg * sum(W**2)``.

    Args:
        W: (D, C), float, weights.
        X: (N, D), float, a row for each sample.
        y: (N,), integer labels in [0, C).
        reg: the strength of the penalty.

    Returns:
        loss (a scalar of W's dtype) and dW (D, C).

    Raises:
        ValueError: if y does not hold N labels in range.

    Source: cs231n assignment 1.
    """
    loss, dscores = svm_loss(X @ W, y)
    return loss + reg * np.square(W).sum(), X.T @ dscores + 2 * reg * W


def softmax_loss_vectorized(W: Array, X: Array, y: Array, reg: float) -> tuple[Any, Array]:
    """The cross-entropy of ``softmax(X @ W)`` and ``reg * sum(W**2)``; as :func:`svm_loss_vectorized`."""
    loss, dscores = softmax_loss(X @ W, y)
    return loss + reg * np.square(W).sum(), X.T @ dscores + 2 * reg * W


def svm_loss_naive(W: Array, X: Array, y: Array, reg: float) -> tuple[Any, Array]:
    """:func:`svm_loss_vectorized` sample by sample and class by class."""
    loss, dW = W.dtype.type(0), np.zeros_like(W)
    for row, label in zip(X, y, strict=True):
        scores = row @ W
        for other in range(W.shape[1]):
            margin = scores[other] - scores[label] + 1
            if other != label and margin > 0:
                loss += margin
                dW[:, other] += row
                dW[:, label] -= row
    return loss / len(X) + reg * np.square(W).sum(), dW / len(X) + 2 * reg * W


def softmax_loss_naive(W: Array, X: Array, y: Array, reg: float) -> tuple[Any, Array]:
    """:func:`softmax_loss_vectorized` sample by sample."""
    loss, dW = W.dtype.type(0), np.zeros_like(W)
    for row, label in zip(X, y, strict=True):
        own, dscores = softmax_loss((row @ W)[np.newaxis], np.array([label]))
        loss += own
        dW += np.outer(row, dscores)
    return loss / len(X) + reg * np.square(W).sum(), dW / len(X) + 2 * reg * W
