"""torch.nn.functional.conv2d."""

from torch import Tensor
from torch.nn import functional


def conv_forward(
    x: Tensor,
    w: Tensor,
    b: Tensor,
    stride: int | tuple[int, int],
    pad: int | tuple[int, int],
    dilation: int | tuple[int, int] = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation of images with kernels."""
    return functional.conv2d(x, w, b, stride, pad, dilation, groups)
