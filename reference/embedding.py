"""torch's embedding, and a linear map and a cross entropy at every time step."""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from .softmax import log_softmax_by_log_sum_exp

IGNORED = -100


class Conventions(Protocol):
    """What the answers depend on."""

    temporal_average: str


def word_embedding_forward(x: Tensor, W: Tensor) -> Tensor:
    """A row of W for every word."""
    return functional.embedding(x.long(), W)


def padded_embedding_forward(x: Tensor, W: Tensor, padding_idx: int) -> Tensor:
    """The same; one row has no gradient."""
    return functional.embedding(x.long(), W, padding_idx=padding_idx)


def temporal_affine_forward(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """``x @ w + b`` at every step."""
    return functional.linear(x, w.T, b)


def temporal_softmax_loss(x: Tensor, y: Tensor, mask: Tensor, dialect: Conventions) -> Tensor:
    """Cross entropy where the mask keeps it, summed and divided by the samples, or by what the mask keeps."""
    labels = torch.where(mask.bool(), y.long(), IGNORED)
    total = functional.cross_entropy(x.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum")
    return total / (len(x) if dialect.temporal_average == "samples" else mask.bool().sum().clamp(min=1))


def temporal_softmax_loss_by_log_sum_exp(x: Tensor, y: Tensor, mask: Tensor, dialect: Conventions) -> Tensor:
    """The same, log-sum-exp less the right score."""
    own = -log_softmax_by_log_sum_exp(x).gather(2, y.long()[..., None])[..., 0]
    total = own[mask.bool()].sum()
    return total / (len(x) if dialect.temporal_average == "samples" else mask.bool().sum().clamp(min=1))
