"""Attention taken apart into steps, each of which a mistake can replace."""

from collections.abc import Callable
from typing import Any

import numpy as np

from gradproof.conformance.diagnosis.misconceptions import Functions
from gradproof.conformance.spec.cases import Array

Step = Callable[..., Any]


def turned(array: Array) -> Array:
    """The last two axes exchanged."""
    return array.swapaxes(-1, -2)


def root(q: Array, _v: Array) -> Any:
    """What the scores are divided by."""
    return np.sqrt(q.dtype.type(q.shape[-1]))


def hidden(scores: Array, mask: Array | None) -> Array:
    """Scores far below where a query may not look."""
    return scores if mask is None else np.where(mask, scores, scores.dtype.type(-1e30))


def softmax(scores: Array, axis: int = -1) -> Array:
    """The largest score taken out first."""
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def of_softmax(dweights: Array, weights: Array) -> Array:
    """Back through the softmax of each row."""
    return np.asarray(weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True)))


def attention(
    divisor: Step = root,
    masked: Step = hidden,
    squashed: Step = softmax,
    after: Step = lambda weights, _mask: weights,
    back: Step = of_softmax,
    divisor_back: Step = root,
    dv: Step = lambda dout, weights, _scores: turned(weights) @ dout,
    dk: Step = lambda dscores, q: turned(dscores) @ q,
    dq: Step = lambda dscores, k: dscores @ k,
) -> Functions:
    """Attention taken apart into steps."""

    def attention_forward(q: Array, k: Array, v: Array, mask: Array | None = None) -> Any:
        scores = masked(q @ turned(k) / divisor(q, v), mask)
        weights = after(squashed(scores), mask)
        return weights @ v, (q, k, v, weights, scores)

    def attention_backward(dout: Array, cache: Any) -> Any:
        q, k, v, weights, scores = cache
        dscores = back(dout @ turned(v), weights) / divisor_back(q, v)
        return dq(dscores, k), dk(dscores, q), dv(dout, weights, scores)

    return {"attention_forward": attention_forward, "attention_backward": attention_backward}


def split(x: Array, heads: int) -> Array:
    """(N, T, E) as (N, heads, T, E / heads)."""
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


def merged(x: Array) -> Array:
    """The heads side by side again."""
    return np.concatenate([x[:, head] for head in range(x.shape[1])], axis=2)


def heads_of(
    apart: Step = split,
    apart_back: Step = merged,
    together: Step = merged,
    together_back: Step = split,
    mixed: Callable[[], Functions] = attention,
    chosen: Step = lambda q, k, v: (q, k, v),
    dx: Step = lambda d, w: d @ w.T,
    dinner: Step = lambda dout, wo: dout @ wo.T,
    db: Step = lambda d: d.sum(axis=(0, 1)),
) -> Functions:
    """Attention in several heads."""
    inner = mixed()

    def multi_head_attention_forward(q: Array, k: Array, v: Array, *more: Any) -> Any:
        *given, count, seen = more
        inputs = chosen(q, k, v)
        each = [apart(x @ w + b, count) for x, w, b in zip(inputs, given[:3], given[4:7], strict=True)]
        out, cache = inner["attention_forward"](*each, None if seen is None else np.expand_dims(seen, -3))
        one = together(out)
        return one @ given[3] + given[7], (inputs, given, count, one, cache)

    def multi_head_attention_backward(dout: Array, cache: Any) -> Any:
        inputs, given, count, one, inner_cache = cache
        back = inner["attention_backward"](together_back(dinner(dout, given[3]), count), inner_cache)
        each = [apart_back(d) for d in back]
        dw = [np.einsum("nta,ntb->ab", x, d) for x, d in zip((*inputs, one), (*each, dout), strict=True)]
        return (*(dx(d, w) for d, w in zip(each, given[:3], strict=True)), *dw, *map(db, (*each, dout)))

    return {
        "multi_head_attention_forward": multi_head_attention_forward,
        "multi_head_attention_backward": multi_head_attention_backward,
    }
