"""torch's binary cross-entropies."""

import torch
from torch import Tensor
from torch.nn import functional

from .losses_regression import Conventions, reduced


def bce_loss(p: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of probabilities."""
    return reduced(functional.binary_cross_entropy(p, y.clamp(0, 1), reduction="none"), dialect)


def bce_with_logits_loss(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of scores."""
    return reduced(functional.binary_cross_entropy_with_logits(x, y, reduction="none"), dialect)


def bce_with_logits_by_softplus(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """The same by ``log(1 + exp(x)) - x * y``."""
    return reduced(torch.logaddexp(x, torch.zeros_like(x)) - x * y, dialect)


def sigmoid_cross_entropy(z: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of one score a sample."""
    return bce_with_logits_loss(z, y, dialect)


def sigmoid_cross_entropy_by_softplus(z: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """The same by ``log(1 + exp(z)) - z * y``."""
    return bce_with_logits_by_softplus(z, y, dialect)
