"""torch's losses of a linear map, and a penalty."""

from typing import Protocol

from torch import Tensor

from .losses import softmax_loss, softmax_loss_by_log_sum_exp, svm_loss


class Conventions(Protocol):
    """What the answers depend on."""

    classifier_l2: str


def svm(W: Tensor, X: Tensor, y: Tensor, reg: float, dialect: Conventions) -> Tensor:
    """The multiclass hinge loss."""
    return svm_loss(X @ W, y) + _penalty(W, reg, dialect)


def softmax(W: Tensor, X: Tensor, y: Tensor, reg: float, dialect: Conventions) -> Tensor:
    """The cross-entropy."""
    return softmax_loss(X @ W, y) + _penalty(W, reg, dialect)


def softmax_by_log_sum_exp(W: Tensor, X: Tensor, y: Tensor, reg: float, dialect: Conventions) -> Tensor:
    """The same, log-sum-exp less the right score."""
    return softmax_loss_by_log_sum_exp(X @ W, y) + _penalty(W, reg, dialect)


def _penalty(W: Tensor, reg: float, dialect: Conventions) -> Tensor:
    return (reg if dialect.classifier_l2 == "full" else reg / 2) * W.square().sum()
