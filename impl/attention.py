"""Scaled dot-product attention.

N samples, T queries, S keys and values; keys are D wide, values M. What stands before the last two axes is carried
along, so that heads may be an axis of their own.
"""

import math

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
