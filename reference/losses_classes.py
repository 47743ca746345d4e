"""torch's losses over classes, and the focal loss of its own parts."""

from torch import Tensor
from torch.nn import functional

from .losses_regression import Conventions, reduced
from .softmax import log_softmax_by_log_sum_exp


def nll_loss(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of logarithms."""
    return reduced(functional.nll_loss(x, y, reduction="none"), dialect)


def kl_loss(x: Tensor, y: Tensor, dialect: Conventions) -> Tensor:
    """Of logarithms against probabilities."""
    return reduced(functional.kl_div(x, y, reduction="none"), dialect)


def focal_loss(x: Tensor, y: Tensor, gamma: float, dialect: Conventions) -> Tensor:
    """What is certain counts less."""
    return _focal(functional.log_softmax(x, dim=1), y, gamma, dialect)


def focal_loss_by_log_sum_exp(x: Tensor, y: Tensor, gamma: float, dialect: Conventions) -> Tensor:
    """The same of ``x - logsumexp(x)``."""
    return _focal(log_softmax_by_log_sum_exp(x), y, gamma, dialect)


def _focal(logs: Tensor, y: Tensor, gamma: float, dialect: Conventions) -> Tensor:
    own = logs.gather(1, y[:, None])[:, 0]
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


def cross_entropy_extended_by_log_sum_exp(
    x: Tensor, y: Tensor, weight: Tensor, ignore_index: int, label_smoothing: float, dialect: Conventions
) -> Tensor:
    """The same of ``x - logsumexp(x)``, term by term."""
    logs, counts = log_softmax_by_log_sum_exp(x), y != ignore_index
    labels = y.where(counts, 0)
    own = (1 - label_smoothing) * weight[labels] * logs.gather(1, labels[:, None])[:, 0]
    total = -((own + label_smoothing / x.shape[1] * logs @ weight) * counts).sum()
    divisors = {"mean": (weight[labels] * counts).sum(), "sum": 1, "batchmean": len(x)}
    return total / divisors[dialect.reduction]
