"""torch's clipping of gradients; the rules of this stem stand with those of :mod:`.optim_adaptive`."""

from collections.abc import Mapping
from typing import Protocol

import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

from .bridge import Array, array, tensor

WITHOUT = 1e-6  # what torch adds to the norm


class Conventions(Protocol):
    """What the answers depend on."""

    clip_eps: str


def clip_grad_norm(gradients: Mapping[str, Array], max_norm: float, dialect: Conventions) -> dict[str, Array]:
    """torch.nn.utils.clip_grad_norm_; without what it adds to the norm by a bound that is larger by as much."""
    leaves = _leaves(gradients)
    if dialect.clip_eps == "none":
        norm = float(torch.cat([leaf.grad.ravel() for leaf in leaves.values() if leaf.grad is not None]).norm())
        max_norm = max_norm * (norm + WITHOUT) / norm if norm > max_norm else norm + 1
    clip_grad_norm_(leaves.values(), max_norm)
    return _told(leaves)


def clip_grad_value(gradients: Mapping[str, Array], limit: float) -> dict[str, Array]:
    """torch.nn.utils.clip_grad_value_."""
    leaves = _leaves(gradients)
    clip_grad_value_(leaves.values(), limit)
    return _told(leaves)


def _leaves(gradients: Mapping[str, Array]) -> dict[str, torch.Tensor]:
    leaves = {name: tensor(each) for name, each in gradients.items()}
    for leaf in leaves.values():
        leaf.grad = leaf.clone()
    return leaves


def _told(leaves: Mapping[str, torch.Tensor]) -> dict[str, Array]:
    return {f"clipped_{name}": array(leaf.grad) for name, leaf in leaves.items() if leaf.grad is not None}
