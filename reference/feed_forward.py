"""torch's affine maps and rectifier, as a transformer puts them together."""

from torch import Tensor
from torch.nn import functional


def feed_forward_forward(x: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
    """``relu(x W1 + b1) W2 + b2``."""
    return functional.linear(functional.relu(functional.linear(x, W1.T, b1)), W2.T, b2)


def residual_feed_forward_forward(x: Tensor, W1: Tensor, b1: Tensor, W2: Tensor, b2: Tensor) -> Tensor:
    """X and that."""
    return x + feed_forward_forward(x, W1, b1, W2, b2)
