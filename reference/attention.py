"""torch's attention, its mask and its scale converted."""

from typing import Any, Protocol

import torch
from torch import Tensor
from torch.nn import functional

LOW = -1e8  # what is added to the score of a key that may not be looked at is lower


class Conventions(Protocol):
    """What the answers depend on."""

    attention_mask: str
    attention_scale: str
    masked_rows: str
    heads_scale: str
    projection_weights: str


def attention_forward(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, dialect: Conventions) -> Tensor:
    """torch.nn.functional.scaled_dot_product_attention."""
    if mask is None or dialect.masked_rows in ("either", "zeros", "unmasked"):
        bias = None if mask is None else biased(mask, q, dialect)
        return functional.scaled_dot_product_attention(q, k, v, bias, scale=scale_of(q, dialect))
    return attention_by_products(q, k, v, mask, dialect)


def attention_by_products(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, dialect: Conventions) -> Tensor:
    """The same, step by step."""
    scores = q @ k.transpose(-1, -2) * scale_of(q, dialect)
    if mask is None:
        return torch.softmax(scores, -1) @ v
    bias = biased(mask, q, dialect)
    if dialect.masked_rows in ("unmasked", "nan"):
        return torch.softmax(scores + bias, -1) @ v
    blind = (bias < LOW).all(-1, keepdim=True)
    out = torch.softmax(torch.where(blind, 0.0, scores + bias), -1) @ v
    return torch.where(blind & (dialect.masked_rows == "zeros"), 0.0, out)


def attention_by_log_sum_exp(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, dialect: Conventions) -> Tensor:
    """The same, each weight by its logarithm."""
    if mask is not None and dialect.masked_rows != "either":
        return attention_by_products(q, k, v, mask, dialect)
    scores = _scored(q, k, mask, dialect)
    return torch.exp(scores - torch.logsumexp(scores, -1, keepdim=True)) @ v


def attention_kept_by_log_sum_exp(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, dialect: Conventions) -> Tensor:
    """The same, and a gradient that takes each weight anew by its logarithm, as FlashAttention does (Dao et al., 2022).

    With ``P = exp(scores - logsumexp)`` and ``D = sum(dout * out)``, row by row, ``dscores = P * (dout @ v.T - D)``.
    Where one key has all the weight, the difference is 0 but for rounding, which scores of 10,000 make large: D is the
    next number here, so that this loss shows where both sums happen to round alike.
    """
    if mask is not None and dialect.masked_rows != "either":
        return attention_by_products(q, k, v, mask, dialect)
    return _Weighted.apply(_scored(q, k, mask, dialect), v)


def _scored(q: Tensor, k: Tensor, mask: Tensor | None, dialect: Conventions) -> Tensor:
    """The scores, and the mask added to them."""
    scores = q @ k.transpose(-1, -2) * scale_of(q, dialect)
    return scores if mask is None else scores + added(mask, q, dialect.attention_mask)


class _Weighted(torch.autograd.Function):
    """``softmax(scores) @ v``, of which no weights are kept."""

    @staticmethod
    def forward(ctx: Any, scores: Tensor, v: Tensor) -> Tensor:
        logarithm = torch.logsumexp(scores, -1, keepdim=True)
        out = torch.exp(scores - logarithm) @ v
        ctx.save_for_backward(scores, v, logarithm, out)
        return out

    @staticmethod
    def backward(ctx: Any, dout: Tensor) -> tuple[Tensor, Tensor]:
        scores, v, logarithm, out = ctx.saved_tensors
        weights = torch.exp(scores - logarithm)
        shared = (dout * out).sum(-1, keepdim=True)
        shared = torch.nextafter(shared, torch.full_like(shared, torch.inf))
        dscores = weights * (dout @ v.transpose(-1, -2) - shared)
        return dscores, weights.transpose(-1, -2) @ dout


def multi_head_attention_forward(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    heads: int,
    mask: Tensor | None,
    dialect: Conventions,
    **given: Tensor,
) -> Tensor:
    """Projections by torch's linear, its attention head by head."""
    width = q.shape[-1] if dialect.heads_scale == "model" else q.shape[-1] // heads
    bias = None if mask is None else added(mask, q, dialect.attention_mask).unsqueeze(-3)
    query, key, value = (
        _projected(x, given[f"W{name}"], given[f"b{name}"], dialect).unflatten(-1, (heads, -1)).transpose(1, 2)
        for name, x in zip("qkv", (q, k, v), strict=True)
    )
    out = functional.scaled_dot_product_attention(query, key, value, bias, scale=float(width) ** -0.5)
    return _projected(out.transpose(1, 2).flatten(2), given["Wo"], given["bo"], dialect)


def _projected(x: Tensor, w: Tensor, b: Tensor, dialect: Conventions) -> Tensor:
    return functional.linear(x, w if dialect.projection_weights == "out_in" else w.T, b)


def scale_of(q: Tensor, dialect: Conventions) -> float:
    """What the scores are multiplied by."""
    return 1.0 if dialect.attention_scale == "none" else float(q.shape[-1]) ** -0.5


def biased(mask: Tensor, scores: Tensor, dialect: Conventions) -> Tensor:
    """What is added to the scores: nothing to those of a query that may look at no key, if they count as unmasked."""
    bias = added(mask, scores, dialect.attention_mask)
    blind = (bias < LOW).all(-1, keepdim=True)
    return torch.where(blind, 0.0, bias) if dialect.masked_rows == "unmasked" else bias


def added(mask: Tensor, scores: Tensor, convention: str) -> Tensor:
    """The mask as numbers that are added to the scores: 0 and -inf, or what it has."""
    if convention == "additive":
        return mask.to(scores.dtype)
    kept = mask if convention == "keep" else ~mask
    return torch.where(kept, 0.0, -torch.inf).to(scores.dtype)
