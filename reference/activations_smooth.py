"""torch's activations without a kink."""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


class Conventions(Protocol):
    """What the answers depend on."""

    gelu: str


def gelu_forward(x: Tensor, dialect: Conventions) -> Tensor:
    """By tanh, or exact, by erf."""
    return functional.gelu(x, approximate="tanh" if dialect.gelu == "tanh" else "none")


def silu_forward(x: Tensor) -> Tensor:
    """``x * sigmoid(x)``."""
    return functional.silu(x)


def softplus_forward(x: Tensor) -> Tensor:
    """``log(1 + exp(x))``; torch's own softplus is x itself from 20 on, which is wrong by 2e-9 there."""
    return torch.logaddexp(x, torch.zeros_like(x))


def mish_forward(x: Tensor) -> Tensor:
    """``x * tanh(softplus(x))``."""
    return functional.mish(x)
