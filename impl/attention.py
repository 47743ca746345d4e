"""Scaled dot-product attention, alone and in several heads.

N samples, T queries, S keys and values; keys are D wide, values M. What stands before the last two axes is carried
along, so that heads may be an axis of their own.
"""

import math
from typing import Any

import numpy as np

from .validation import Array, require_shape

AttentionCache = tuple[Array, Array, Array, Array]


def attention_forward(q: Array, k: Array, v: Array, mask: Array | None = None) -> tuple[Array, AttentionCache]:
    """Every query takes a mean of the values, weighted by how well the keys fit: ``softmax(q @ k.T / sqrt(D)) @ v``.

    Args:
        q: (..., T, D), float.
        k: (..., S, D).
        v: (..., S, M).
        mask: bool, broadcasts to (..., T, S): true where a query may look at a key. None: everywhere.

    Returns:
        out (..., T, M) and the cache.

    Raises:
        ValueError: if the shapes do not fit together, or a query may look at no key.

    Source: Vaswani et al. (2017), equation 1; torch.nn.functional.scaled_dot_product_attention.
    """
    _require_fit("attention_forward", q, k, v)
    scores = q @ k.swapaxes(-1, -2) * q.dtype.type(1 / math.sqrt(q.shape[-1]))
    if mask is not None:
        _require_keys("attention_forward", mask)
        scores = np.where(mask, scores, -np.inf)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    return weights @ v, (q, k, v, weights)


def attention_backward(dout: Array, cache: AttentionCache) -> tuple[Array, Array, Array]:
    """Gradients of :func:`attention_forward`: back through the mean, the softmax of each row, and the product.

        dweights = dout @ v.T
        dscores = weights * (dweights - sum(dweights * weights))

    Args:
        dout: (..., T, M), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dq (..., T, D), dk (..., S, D), dv (..., S, M).

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    q, k, v, weights = cache
    require_shape("attention_backward", "dout", dout, (*q.shape[:-1], v.shape[-1]))
    dweights = dout @ v.swapaxes(-1, -2)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True))
    dscores *= q.dtype.type(1 / math.sqrt(q.shape[-1]))
    return dscores @ k, dscores.swapaxes(-1, -2) @ q, weights.swapaxes(-1, -2) @ dout


def multi_head_attention_forward(
    q: Array,
    k: Array,
    v: Array,
    Wq: Array,
    Wk: Array,
    Wv: Array,
    Wo: Array,
    bq: Array,
    bk: Array,
    bv: Array,
    bo: Array,
    heads: int,
    mask: Array | None = None,
) -> tuple[Array, tuple[Any, ...]]:
    """Attention in several heads side by side: each has its own E / heads columns of the projected q, k and v.

        out = concatenated(attention(q @ Wq + bq, k @ Wk + bk, v @ Wv + bv), head by head) @ Wo + bo

    The scores of a head are divided by the root of its own width, E / heads.

    Args:
        q: (N, T, E), float.
        k, v: (N, S, E).
        Wq, Wk, Wv, Wo: (E, E), in by out.
        bq, bk, bv, bo: (E,).
        heads: how many; divides E.
        mask: as :func:`attention_forward` has it, (T, S) or (N, T, S), the same for all heads.

    Returns:
        out (N, T, E) and the cache.

    Raises:
        ValueError: if heads does not divide E, or the shapes do not fit together.

    Source: Vaswani et al. (2017), section 3.2.2; torch.nn.MultiheadAttention(batch_first=True).
    """
    if heads < 1 or q.shape[-1] % heads:
        raise ValueError(f"multi_head_attention_forward: heads is {heads}, expected a divisor of {q.shape[-1]}")
    inputs, weights, biases = (q, k, v), (Wq, Wk, Wv), (bq, bk, bv)
    query, key, value = (_split(x @ W + b, heads) for x, W, b in zip(inputs, weights, biases, strict=True))
    of_heads, cache = attention_forward(query, key, value, None if mask is None else np.expand_dims(mask, -3))
    merged = _merged(of_heads)
    return merged @ Wo + bo, (inputs, weights, Wo, heads, merged, cache)


def multi_head_attention_backward(dout: Array, cache: tuple[Any, ...]) -> tuple[Array, ...]:
    """Gradients of :func:`multi_head_attention_forward`: back through Wo, through every head, through each projection.

    Args:
        dout: (N, T, E), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dq (N, T, E), dk and dv (N, S, E), dWq, dWk, dWv, dWo (E, E), dbq, dbk, dbv, dbo (E,). dbk is 0 but for
        rounding: what all keys have in common changes no weight.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    inputs, weights, Wo, heads, merged, of_heads = cache
    require_shape("multi_head_attention_backward", "dout", dout, merged.shape)
    dprojected = [_merged(each) for each in attention_backward(_split(dout @ Wo.T, heads), of_heads)]
    dinputs = [d @ W.T for d, W in zip(dprojected, weights, strict=True)]
    dweights = [_summed(x, d) for x, d in zip((*inputs, merged), (*dprojected, dout), strict=True)]
    return (*dinputs, *dweights, *(each.sum(axis=(0, 1)) for each in (*dprojected, dout)))


def _split(x: Array, heads: int) -> Array:
    """(N, T, E) as (N, heads, T, E / heads): each head has columns that lie side by side."""
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


def _merged(x: Array) -> Array:
    """The heads side by side again."""
    turned = x.swapaxes(1, 2)
    return turned.reshape(*turned.shape[:2], -1)


def _summed(x: Array, d: Array) -> Array:
    """The gradient of the weights of a projection, summed over samples and steps."""
    return x.reshape(-1, x.shape[2]).T @ d.reshape(-1, d.shape[2])


def _require_fit(function: str, q: Array, k: Array, v: Array) -> None:
    if k.shape[:-2] != q.shape[:-2] or k.shape[-1] != q.shape[-1] or v.shape[:-1] != k.shape[:-1]:
        raise ValueError(
            f"{function}: q has shape {q.shape}, k {k.shape}, v {v.shape}, expected (N, T, D), (N, S, D), (N, S, M)"
        )


def _require_keys(function: str, mask: Array) -> None:
    if mask.dtype != bool:
        raise ValueError(f"{function}: mask has dtype {mask.dtype}, expected bool, true where a query may look")
    if not mask.any(axis=-1).all():
        raise ValueError(f"{function}: mask has a row that is false throughout: that query may look at no key")
