"""Positions in torch: sinusoids, and rotations as products of complex numbers."""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

BASE = 10_000.0


class Conventions(Protocol):
    """What the answers depend on."""

    feature_pairs: str


def positional_encoding_forward(x: Tensor, dialect: Conventions) -> Tensor:
    """A sine and a cosine of the position added to every pair of features."""
    angles = _angles(x)
    return x + _joined(torch.sin(angles), torch.cos(angles), dialect)


def learned_positions_forward(x: Tensor, W: Tensor) -> Tensor:
    """The first rows of torch's embedding added."""
    return x + functional.embedding(torch.arange(x.shape[1]), W)


def rope_forward(x: Tensor, dialect: Conventions) -> Tensor:
    """Every pair a complex number, times one of length 1."""
    one, other = (x[..., 0::2], x[..., 1::2]) if dialect.feature_pairs == "neighbours" else x.chunk(2, -1)
    angles = _angles(x)
    turned = torch.complex(one, other) * torch.polar(torch.ones_like(angles), angles)
    return _joined(turned.real, turned.imag, dialect)


def _angles(x: Tensor) -> Tensor:
    frequencies = BASE ** (-torch.arange(0, x.shape[2], 2, dtype=x.dtype) / x.shape[2])
    return torch.outer(torch.arange(x.shape[1], dtype=x.dtype), frequencies)


def _joined(one: Tensor, other: Tensor, dialect: Conventions) -> Tensor:
    if dialect.feature_pairs == "halves":
        return torch.cat((one, other), -1)
    return torch.stack((one, other), -1).flatten(-2)
