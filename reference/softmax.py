"""torch's softmax and log-softmax."""

import torch
from torch import Tensor
from torch.nn import functional


def softmax_axis_forward(x: Tensor, axis: int = -1) -> Tensor:
    """Over one axis."""
    return functional.softmax(x, dim=axis)


def softmax_forward(x: Tensor) -> Tensor:
    """Over the rows."""
    return softmax_axis_forward(x)


def softmax_by_powers(x: Tensor, axis: int = -1) -> Tensor:
    """The same by ``exp(x - logsumexp(x))``."""
    return log_softmax_by_log_sum_exp(x, axis).exp()


def log_softmax_axis_forward(x: Tensor, axis: int = -1) -> Tensor:
    """Over one axis."""
    return functional.log_softmax(x, dim=axis)


def log_softmax_forward(x: Tensor) -> Tensor:
    """Over the rows."""
    return log_softmax_axis_forward(x)


def log_softmax_by_log_sum_exp(x: Tensor, axis: int = -1) -> Tensor:
    """The same by ``x - logsumexp(x)``, the sum rounded to the next number up, and the gradient that belongs to it.

    In float32 ``max(x) + log(1 + d)`` may be max(x) without an error, where in float64 it is rounded: a run that was
    lucky once would not show what the formula loses.
    """
    log_sum = x.logsumexp(dim=axis, keepdim=True).detach() * (1 + torch.finfo(x.dtype).eps)
    value = x.detach() - log_sum
    slope = x - (value.exp() * x).sum(dim=axis, keepdim=True)
    return value + slope - slope.detach()
