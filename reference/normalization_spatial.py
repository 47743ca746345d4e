"""torch's group and instance norm. Its batch norm takes images as it takes matrices: see ``normalization``."""

from torch import Tensor
from torch.nn import functional


def spatial_groupnorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, groups: int, eps: float = 1e-5) -> Tensor:
    """torch.nn.functional.group_norm; gamma and beta may be (C,) or (1, C, 1, 1)."""
    return functional.group_norm(x, groups, gamma.flatten(), beta.flatten(), eps)


def instancenorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> Tensor:
    """torch.nn.functional.instance_norm by the images' own statistics."""
    return functional.instance_norm(x, weight=gamma, bias=beta, eps=eps)
