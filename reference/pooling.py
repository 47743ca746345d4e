"""torch's poolings of images."""

from torch import Tensor
from torch.nn import functional


def max_pool_forward(x: Tensor, pool_height: int, pool_width: int, stride: int | tuple[int, int]) -> Tensor:
    """torch.nn.functional.max_pool2d; of equal entries the first gets the gradient."""
    return functional.max_pool2d(x, (pool_height, pool_width), stride)


def avg_pool_forward(x: Tensor, pool_height: int, pool_width: int, stride: int | tuple[int, int]) -> Tensor:
    """torch.nn.functional.avg_pool2d."""
    return functional.avg_pool2d(x, (pool_height, pool_width), stride)
