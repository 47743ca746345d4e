"""torch's losses of numbers."""

from typing import Protocol

from torch import Tensor
from torch.nn import functional


class Conventions(Protocol):
    """What the answers depend on."""

    reduction: str


def reduced(each: Tensor, dialect: Conventions) -> Tensor:
    """The mean over all elements, their sum, or the sum divided by the number of samples."""
    if dialect.reduction == "mean":
        return each.mean()
    return each.sum() if dialect.reduction == "sum" else each.sum() / len(each)


def mse_loss(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of the squares."""
    return reduced(functional.mse_loss(x, y, reduction="none"), dialect)


def l1_loss(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of the distances."""
    return reduced(functional.l1_loss(x, y, reduction="none"), dialect)


def huber_loss(x: Tensor, y: Tensor, delta: float, dialect: Conventions) -> Tensor:
    """Of squares near the target, of distances far from it."""
    return reduced(functional.huber_loss(x, y, reduction="none", delta=delta), dialect)
