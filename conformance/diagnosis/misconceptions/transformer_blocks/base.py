"""A transformer's block taken apart into steps, each of which a mistake can replace."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.diagnosis.misconceptions.attention.base import heads_of
from gradproof.conformance.diagnosis.misconceptions.feed_forward import feed_forward
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]
EPS = 1e-5


def side_by_side(w: Array, _heads: int) -> list[Array]:
    """The columns of q, then those of k, then those of v."""
    return np.split(w, 3, axis=-1)


def joined(parts: list[Array], _heads: int) -> Array:
    """Back again."""
    return np.concatenate(parts, axis=-1)


def self_attention(
    cut: Step = side_by_side,
    uncut: Step = joined,
    dx: Step = lambda dq, dk, dv: dq + dk + dv,
    seen: Step = lambda mask: mask,
) -> Functions:
    """Self-attention: how the packed matrix is cut, and what comes back to x."""
    inner = heads_of()

    def self_attention_forward(
        x: Array, w: Array, b: Array, wo: Array, bo: Array, heads: int, mask: Array | None = None
    ) -> Any:
        given = (*cut(w, heads), wo, *cut(b, heads), bo, heads, seen(mask))
        out, cache = inner["multi_head_attention_forward"](x, x, x, *given)
        return out, (cache, heads)

    def self_attention_backward(dout: Array, cache: Any) -> Any:
        kept, heads = cache
        back = inner["multi_head_attention_backward"](dout, kept)
        dw, db = uncut(list(back[3:6]), heads), uncut(list(back[7:10]), heads)
        return dx(*back[:3]), dw, db, back[6], back[10]

    return {"self_attention_forward": self_attention_forward, "self_attention_backward": self_attention_backward}


def normalized(x: Array, gamma: Array, beta: Array) -> Any:
    """Each place over its features."""
    centred = x - x.mean(axis=-1, keepdims=True)
    root = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + x.dtype.type(EPS))
    return gamma * centred / root + beta, (centred / root, root, gamma)


def of_normalized(dout: Array, cache: Any) -> Any:
    """Back again."""
    x_hat, root, gamma = cache
    d = dout * gamma
    along = (d * x_hat).mean(axis=-1, keepdims=True)
    dx = (d - d.mean(axis=-1, keepdims=True) - x_hat * along) / root
    return dx, (dout * x_hat).sum(axis=(0, 1)), dout.sum(axis=(0, 1))


def block(
    norm_first: bool,
    beside: Step = lambda x: x,
    back_beside: Step = lambda d: d,
    norms: Step = lambda first, second: (first, second),
    base: Step = lambda x, _normal: x,
    seen: Step = lambda mask: mask,
    turned: bool = False,
) -> Functions:
    """A block under one name, or with ``turned`` under the other one's.

    ``beside`` is what is added to a part, ``back_beside`` what comes back beside it, ``norms`` which scale and shift
    each normalization has, ``base`` what a block that normalizes first adds to.
    """
    attention, feed = self_attention(), feed_forward()
    attend, attend_back = attention["self_attention_forward"], attention["self_attention_backward"]
    fed, fed_back = feed["feed_forward_forward"], feed["feed_forward_backward"]

    def part(x: Array, norm: Any, layer: Step) -> Any:
        if norm_first:
            inside, norm_cache = normalized(x, *norm)
            out, cache = layer(inside)
            return beside(base(x, inside)) + out, (norm_cache, cache)
        out, cache = layer(x)
        out, norm_cache = normalized(beside(x) + out, *norm)
        return out, (norm_cache, cache)

    def part_back(d: Array, cache: Any, back: Step) -> Any:
        norm_cache, layer_cache = cache
        if norm_first:
            dinside, *of_layer = back(d, layer_cache)
            dx, *of_norm = of_normalized(dinside, norm_cache)
        else:
            d, *of_norm = of_normalized(d, norm_cache)
            dx, *of_layer = back(d, layer_cache)
        return back_beside(d) + dx, of_layer, of_norm

    def forward(x: Array, *given: Any) -> Any:
        *parameters, heads, mask = given if len(given) > len("WbWbWbWbgbgbh") else (*given, None)
        first, second = norms(tuple(parameters[8:10]), tuple(parameters[10:12]))
        y, upper = part(x, first, lambda inside: attend(inside, *parameters[:4], heads, seen(mask)))
        out, lower = part(y, second, lambda inside: fed(inside, *parameters[4:8]))
        return out, (upper, lower)

    def backward(dout: Array, cache: Any) -> Any:
        upper, lower = cache
        dy, of_feed, of_second = part_back(dout, lower, fed_back)
        dx, of_attention, of_first = part_back(dy, upper, attend_back)
        return (dx, *of_attention, *of_feed, *of_first, *of_second)

    name = "pre_norm_block" if norm_first != turned else "post_norm_block"
    return {f"{name}_forward": forward, f"{name}_backward": backward}


def both_blocks(**steps: Any) -> Functions:
    """The block that normalizes first and the one that normalizes last, with the same steps replaced."""
    return {**block(norm_first=True, **steps), **block(norm_first=False, **steps)}
