"""torch's dropout, element by element as if kept."""

from functools import cache

import torch
from torch import Tensor
from torch.nn import functional


def dropout_kept(x: Tensor, keep: float, inverted: bool, training: bool) -> Tensor:
    """What each element becomes if it is kept.

    torch has inverted dropout: at drop probability ``1 - keep`` it scales what it keeps by ``1 / keep``. The scale is
    taken from torch itself, from a draw in which something is kept. Vanilla dropout is the same with the keep
    probability moved to test time.
    """
    if inverted:
        return x * torch_scale(keep, x.dtype) if training else functional.dropout(x, 1 - keep, training=False)
    return x if training else x / torch_scale(keep, x.dtype)


@cache
def torch_scale(keep: float, dtype: torch.dtype) -> Tensor:
    """The factor by which torch multiplies a kept element. torch's global generator is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return functional.dropout(torch.ones(1000, dtype=dtype), 1 - keep, training=True).max()
