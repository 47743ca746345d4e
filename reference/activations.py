"""torch's elementwise activations."""

import torch
from torch import Tensor
from torch.nn import functional


def relu_forward(x: Tensor) -> Tensor:
    """``max(x, 0)``; the slope at 0 is 0."""
    return functional.relu(x)


def leaky_relu_forward(x: Tensor, negative_slope: float) -> Tensor:
    """``x where x > 0, else negative_slope * x``."""
    return functional.leaky_relu(x, negative_slope)


def sigmoid_forward(x: Tensor) -> Tensor:
    """``1 / (1 + exp(-x))``."""
    return torch.sigmoid(x)


def tanh_forward(x: Tensor) -> Tensor:
    """``tanh(x)``."""
    return torch.tanh(x)
