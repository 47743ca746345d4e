"""torch's losses, reduced as the NumPy ones are."""

from torch import Tensor
from torch.nn import functional

from .softmax import log_softmax_by_log_sum_exp


def softmax_loss(x: Tensor, y: Tensor) -> Tensor:
    """Mean cross-entropy."""
    return functional.cross_entropy(x, y)


def svm_loss(x: Tensor, y: Tensor) -> Tensor:
    """Mean over the batch of the summed hinge; torch divides by the number of classes as well, which is undone."""
    return functional.multi_margin_loss(x, y, p=1, margin=1.0) * x.shape[1]


def softmax_cross_entropy(logits: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Probabilities and mean cross-entropy."""
    return {"a": functional.softmax(logits, dim=1), "loss": functional.cross_entropy(logits, y)}


def softmax_cross_entropy_rows(logits: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Probabilities, the mean loss, and the sum of the rows' losses, whose gradient is each row's own."""
    return {
        **softmax_cross_entropy(logits, y),
        "total": functional.cross_entropy(logits, y, reduction="sum"),
    }


def softmax_loss_by_log_sum_exp(x: Tensor, y: Tensor) -> Tensor:
    """The same by ``logsumexp(x) - x_y``, whose gradient is ``exp(x - logsumexp(x)) - onehot(y)``."""
    return -log_softmax_by_log_sum_exp(x).take_along_dim(y[:, None], dim=1).squeeze(1).mean()


def softmax_cross_entropy_by_log_sum_exp(logits: Tensor, y: Tensor) -> dict[str, Tensor]:
    """Probabilities ``exp(x - logsumexp(x))``, the mean loss, and the sum of the rows' losses."""
    loss = softmax_loss_by_log_sum_exp(logits, y)
    return {"a": log_softmax_by_log_sum_exp(logits).exp(), "loss": loss, "total": loss * len(y)}
