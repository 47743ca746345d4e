"""torch's softmax and log-softmax."""

from torch import Tensor
from torch.nn import functional


def softmax_axis_forward(x: Tensor, axis: int = -1) -> Tensor:
    """Over one axis."""
    return functional.softmax(x, dim=axis)


def softmax_forward(x: Tensor) -> Tensor:
    """Over the rows."""
    return softmax_axis_forward(x)


def softmax_by_powers(x: Tensor, axis: int = -1) -> Tensor:
    """The same by ``exp(log_softmax(x))``."""
    return functional.log_softmax(x, dim=axis).exp()


def log_softmax_axis_forward(x: Tensor, axis: int = -1) -> Tensor:
    """Over one axis."""
    return functional.log_softmax(x, dim=axis)


def log_softmax_forward(x: Tensor) -> Tensor:
    """Over the rows."""
    return log_softmax_axis_forward(x)


def log_softmax_by_log_sum_exp(x: Tensor, axis: int = -1) -> Tensor:
    """The same by ``x - logsumexp(x)``."""
    return x - x.logsumexp(dim=axis, keepdim=True)
