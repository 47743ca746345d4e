"""torch's convolution over time and its transposed one."""

from torch import Tensor
from torch.nn import functional


def conv1d_forward(x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
    """Over time."""
    return functional.conv1d(x, w, b, stride, pad)


def conv_transpose_forward(x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
    """Every pixel writes its kernel."""
    return functional.conv_transpose2d(x, w, b, stride, pad)
