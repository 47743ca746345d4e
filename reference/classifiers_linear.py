"""torch's losses of a linear map, and a penalty."""

from typing import Protocol

import torch
from torch import Tensor

from .losses import softmax_loss, softmax_loss_by_log_sum_exp, svm_loss


class Conventions(Protocol):
    """What the answers depend on."""

    classifier_l2: str


def svm(W: Tensor, X: Tensor, y: Tensor, reg: float, dialect: Conventions) -> Tensor:
    """The multiclass hinge loss."""
    return svm_loss(X @ W, y) + _penalty(W, reg, dialect)


def svm_margin_by_margin(W: Tensor, X: Tensor, y: Tensor, reg: float, dialect: Conventions) -> Tensor:
    """The same, loss and gradient added up margin by margin, as loops do.

    With many classes the column of the right one is the sum of a sample as often as there are others, and what each of
    these additions rounds off adds up too. The product of matrices, which counts them, does not show it.
    """
    loss, slope = W.new_zeros(()), torch.zeros_like(W)
    with torch.no_grad():
        scores = X @ W
        for x, row, own in zip(X, scores, y.tolist(), strict=True):
            for j, margin in enumerate(row - row[own] + 1):
                if j != own and margin > 0:
                    loss += margin
                    slope[:, j] += x
                    slope[:, own] -= x
    return (loss + (slope * (W - W.detach())).sum()) / len(X) + _penalty(W, reg, dialect)


def softmax(W: Tensor, X: Tensor, y: Tensor, reg: float, dialect: Conventions) -> Tensor:
    """The cross-entropy."""
    return softmax_loss(X @ W, y) + _penalty(W, reg, dialect)


def softmax_by_log_sum_exp(W: Tensor, X: Tensor, y: Tensor, reg: float, dialect: Conventions) -> Tensor:
    """The same, log-sum-exp less the right score."""
    return softmax_loss_by_log_sum_exp(X @ W, y) + _penalty(W, reg, dialect)


def _penalty(W: Tensor, reg: float, dialect: Conventions) -> Tensor:
    return (reg if dialect.classifier_l2 == "full" else reg / 2) * W.square().sum()
