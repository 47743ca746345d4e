"""torch's flatten and upsampling."""

from torch import Tensor
from torch.nn import functional


def flatten_forward(x: Tensor) -> Tensor:
    """Every sample as a row."""
    return x.flatten(1)


def upsample_forward(x: Tensor, scale: int) -> Tensor:
    """Every pixel several times."""
    return functional.interpolate(x, scale_factor=scale, mode="nearest")
