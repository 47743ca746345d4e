"""torch's losses over classes, and the focal loss of its own parts."""

from torch import Tensor
from torch.nn import functional

from .losses_regression import Conventions, reduced


def nll_loss(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of logarithms."""
    return reduced(functional.nll_loss(x, y, reduction="none"), dialect)


def kl_loss(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of logarithms against probabilities."""
    return reduced(functional.kl_div(x, y, reduction="none"), dialect)


def focal_loss(x: Tensor, y: Tensor, gamma: float, dialect: Conventions) -> Tensor:
    """What is certain counts less."""
    own = functional.log_softmax(x, dim=1).gather(1, y[:, None])[:, 0]
    return reduced(-((-own.expm1()) ** gamma) * own, dialect)


def cross_entropy_extended(
    x: Tensor, y: Tensor, weight: Tensor, ignore_index: int, label_smoothing: float, dialect: Conventions
) -> Tensor:
    """Weights, a label that does not count, smoothed labels; averaged by the weights of the labels."""
    reduction = "mean" if dialect.reduction == "mean" else "sum"
    loss = functional.cross_entropy(
        x, y, weight, ignore_index=ignore_index, reduction=reduction, label_smoothing=label_smoothing
    )
    return loss / len(x) if dialect.reduction == "batchmean" else loss
