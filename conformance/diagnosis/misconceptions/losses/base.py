"""The softmax losses, step by step."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def of_scores(z: Array, axis: int = 1) -> Any:
    """The probabilities, and their logarithms from the scores."""
    e = np.exp(z)
    total = e.sum(axis=axis, keepdims=True)
    return e / total, z - np.log(total)


def of_probabilities(z: Array) -> Any:
    """The probabilities, and their logarithms from themselves."""
    p, _ = of_scores(z)
    return p, np.log(p)


def shifted(x: Array) -> Array:
    """Each row less its own maximum."""
    return np.asarray(x - x.max(axis=1, keepdims=True))


def of_right_classes(log_p: Array, y: Array) -> Any:
    """The logarithm of each row's probability of the right class."""
    return log_p[np.arange(len(y)), y]


def onehot(p: Array, y: Array) -> Any:
    """1 at each row's right class."""
    return (np.arange(p.shape[1]) == y[:, np.newaxis]).astype(p.dtype)


def softmax(
    probabilities: Step = lambda x: of_scores(shifted(x)),
    loss: Step = lambda log_p, y: -of_right_classes(log_p, y).mean(),
    derivative: Step = lambda p, y: p - onehot(p, y),
    average: Step = lambda dx: dx / len(dx),
) -> Functions:
    """The softmax losses: probabilities, loss and derivative can be replaced."""

    def softmax_loss(x: Array, y: Array) -> Any:
        p, log_p = probabilities(x)
        return loss(log_p, y), average(derivative(p, y))

    def softmax_cross_entropy(logits: Array, y: Array) -> Any:
        p, log_p = probabilities(logits)
        return p, loss(log_p, y)

    def softmax_cross_entropy_backward(a: Array, y: Array) -> Any:
        return derivative(a, y)

    return {
        "softmax_loss": softmax_loss,
        "softmax_cross_entropy": softmax_cross_entropy,
        "softmax_cross_entropy_backward": softmax_cross_entropy_backward,
    }
