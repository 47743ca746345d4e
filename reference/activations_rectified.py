"""torch's rectifiers that do not end at 0."""

from torch import Tensor
from torch.nn import functional


def elu_forward(x: Tensor, alpha: float) -> Tensor:
    """``x where x > 0, else alpha * (exp(x) - 1)``."""
    return functional.elu(x, alpha)


def selu_forward(x: Tensor) -> Tensor:
    """The same, scaled."""
    return functional.selu(x)


def prelu_forward(x: Tensor, a: Tensor) -> Tensor:
    """A slope for each channel, or one for all."""
    return functional.prelu(x, a)
