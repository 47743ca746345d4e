"""A transformer's block in torch: attention, affine maps and normalization put together as its encoder layer is."""

from typing import Protocol

from torch import Tensor
from torch.nn import functional

from .attention import added


class Conventions(Protocol):
    """What the answers depend on."""

    attention_mask: str
    heads_scale: str
    projection_weights: str
    hidden_unit: str


def self_attention_forward(
    x: Tensor,
    W: Tensor,
    b: Tensor,
    Wo: Tensor,
    bo: Tensor,
    heads: int,
    mask: Tensor | None,
    dialect: Conventions,
) -> Tensor:
    """The three projections by one affine map, torch's attention head by head."""
    width = x.shape[-1] if dialect.heads_scale == "model" else x.shape[-1] // heads
    bias = None if mask is None else added(mask, x, dialect.attention_mask).unsqueeze(-3)
    projected = functional.linear(x, _out_in(W, dialect), b)
    query, key, value = (each.unflatten(-1, (heads, -1)).transpose(1, 2) for each in projected.chunk(3, -1))
    out = functional.scaled_dot_product_attention(query, key, value, bias, scale=float(width) ** -0.5)
    return functional.linear(out.transpose(1, 2).flatten(2), _out_in(Wo, dialect), bo)


def pre_norm_block_forward(x: Tensor, heads: int, mask: Tensor | None, dialect: Conventions, **given: Tensor) -> Tensor:
    """torch.nn.TransformerEncoderLayer(norm_first=True) without dropout."""
    y = x + _attended(_normal(x, given, "1"), given, heads, mask, dialect)
    return y + _fed(_normal(y, given, "2"), given, dialect)


def post_norm_block_forward(
    x: Tensor, heads: int, mask: Tensor | None, dialect: Conventions, **given: Tensor
) -> Tensor:
    """torch.nn.TransformerEncoderLayer without dropout."""
    y = _normal(x + _attended(x, given, heads, mask, dialect), given, "1")
    return _normal(y + _fed(y, given, dialect), given, "2")


def _attended(x: Tensor, given: dict[str, Tensor], heads: int, mask: Tensor | None, dialect: Conventions) -> Tensor:
    return self_attention_forward(x, given["W"], given["b"], given["Wo"], given["bo"], heads, mask, dialect)


def _fed(x: Tensor, given: dict[str, Tensor], dialect: Conventions) -> Tensor:
    hidden = functional.linear(x, given["W1"].T, given["b1"])
    active = functional.relu(hidden) if dialect.hidden_unit == "relu" else functional.gelu(hidden, approximate="tanh")
    return functional.linear(active, given["W2"].T, given["b2"])


def _normal(x: Tensor, given: dict[str, Tensor], which: str) -> Tensor:
    return functional.layer_norm(x, x.shape[-1:], given[f"gamma{which}"], given[f"beta{which}"], 1e-5)


def _out_in(w: Tensor, dialect: Conventions) -> Tensor:
    return w if dialect.projection_weights == "out_in" else w.T
