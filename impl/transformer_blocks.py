"""A transformer's block, and the self-attention in it: queries, keys and values are all projections of x.

N samples, T steps, E features. The three projections lie side by side in one matrix, in the order q, k, v.
"""

from typing import Any

import numpy as np

from .attention import multi_head_attention_backward, multi_head_attention_forward
from .feed_forward import feed_forward_backward, feed_forward_forward
from .normalization import layernorm_backward, layernorm_forward
from .validation import Array, require_shape


def self_attention_forward(
    x: Array, W: Array, b: Array, Wo: Array, bo: Array, heads: int, mask: Array | None = None
) -> tuple[Array, tuple[Any, ...]]:
    """Attention in several heads of x to itself: ``q, k, v = x @ W + b``, cut into three.

    Args:
        x: (N, T, E), float.
        W, b: (E, 3E), (3E,), the columns of q first, then those of k, then those of v.
        Wo, bo: (E, E), (E,), of what leads out.
        heads: how many; divides E.
        mask: bool, (T, T) or (N, T, T), true where a query may look at a key. None: everywhere.

    Returns:
        out (N, T, E) and the cache.

    Raises:
        ValueError: if the shapes do not fit together, or a query may look at no key.

    Source: Vaswani et al. (2017), section 3.2.3; torch.nn.MultiheadAttention, whose in_proj_weight is W.T.
    """
    if x.ndim != len("NTE"):
        raise ValueError(f"self_attention_forward: x has shape {x.shape}, expected (N, T, E)")
    width = x.shape[2]
    require_shape("self_attention_forward", "W", W, (width, 3 * width))
    require_shape("self_attention_forward", "b", b, (3 * width,))
    (Wq, Wk, Wv), (bq, bk, bv) = np.split(W, 3, axis=1), np.split(b, 3)
    return multi_head_attention_forward(x, x, x, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask)


def self_attention_backward(dout: Array, cache: tuple[Any, ...]) -> tuple[Array, ...]:
    """Gradients of :func:`self_attention_forward`: x is query, key and value, so dx is the sum of three.

    Args:
        dout: (N, T, E), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (N, T, E), dW (E, 3E), db (3E,), dWo (E, E), dbo (E,). The third of db that belongs to the keys is 0 but for
        rounding.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    dq, dk, dv, dwq, dwk, dwv, dwo, dbq, dbk, dbv, dbo = multi_head_attention_backward(dout, cache)
    dw, db = np.concatenate((dwq, dwk, dwv), axis=1), np.concatenate((dbq, dbk, dbv))
    return dq + dk + dv, dw, db, dwo, dbo


def pre_norm_block_forward(
    x: Array,
    W: Array,
    b: Array,
    Wo: Array,
    bo: Array,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    gamma1: Array,
    beta1: Array,
    gamma2: Array,
    beta2: Array,
    heads: int,
    mask: Array | None = None,
) -> tuple[Array, tuple[Any, ...]]:
    """Each part sees x normalized, and what it gives is added to x as it was.

        y = x + self_attention(layernorm(x, gamma1, beta1))
        out = y + feed_forward(layernorm(y, gamma2, beta2))

    Args:
        x: (N, T, E), float.
        W, b, Wo, bo: of :func:`self_attention_forward`.
        W1, b1, W2, b2: (E, F), (F,), (F, E), (E,), of the feed-forward part, which is rectified.
        gamma1, beta1, gamma2, beta2: (E,), scales and shifts; eps is 1e-5.
        heads, mask: of :func:`self_attention_forward`.

    Returns:
        out (N, T, E) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Xiong et al. (2020); torch.nn.TransformerEncoderLayer(norm_first=True, dropout=0).
    """
    normal, norm_cache = layernorm_forward(x, gamma1, beta1, {})
    attended, attention_cache = self_attention_forward(normal, W, b, Wo, bo, heads, mask)
    y = x + attended
    normal_y, norm_y_cache = layernorm_forward(y, gamma2, beta2, {})
    fed, fed_cache = feed_forward_forward(normal_y, W1, b1, W2, b2)
    return y + fed, (norm_cache, attention_cache, norm_y_cache, fed_cache)


def pre_norm_block_backward(dout: Array, cache: tuple[Any, ...]) -> tuple[Array, ...]:
    """Gradients of :func:`pre_norm_block_forward`: dout passes each part twice, through it and beside it.

    Args:
        dout: (N, T, E), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx and the gradients of the twelve parameters, in the order of the forward.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    norm_cache, attention_cache, norm_y_cache, fed_cache = cache
    dnormal_y, *of_feed_forward = feed_forward_backward(dout, fed_cache)
    dy_inside, *of_second = layernorm_backward(dnormal_y, norm_y_cache)
    dy = dout + dy_inside
    dnormal, *of_attention = self_attention_backward(dy, attention_cache)
    dx, *of_first = layernorm_backward(dnormal, norm_cache)
    return dx + dy, *of_attention, *of_feed_forward, *of_first, *of_second


def post_norm_block_forward(
    x: Array,
    W: Array,
    b: Array,
    Wo: Array,
    bo: Array,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    gamma1: Array,
    beta1: Array,
    gamma2: Array,
    beta2: Array,
    heads: int,
    mask: Array | None = None,
) -> tuple[Array, tuple[Any, ...]]:
    """Each part is added to what it was given, and the sum is normalized.

        y = layernorm(x + self_attention(x), gamma1, beta1)
        out = layernorm(y + feed_forward(y), gamma2, beta2)

    Args:
        x: (N, T, E), float.
        W, b, Wo, bo: of :func:`self_attention_forward`.
        W1, b1, W2, b2: (E, F), (F,), (F, E), (E,), of the feed-forward part, which is rectified.
        gamma1, beta1, gamma2, beta2: (E,), scales and shifts; eps is 1e-5.
        heads, mask: of :func:`self_attention_forward`.

    Returns:
        out (N, T, E) and the cache.

    Raises:
        ValueError: if the shapes do not fit together.

    Source: Vaswani et al. (2017), section 3.1; torch.nn.TransformerEncoderLayer(dropout=0).
    """
    attended, attention_cache = self_attention_forward(x, W, b, Wo, bo, heads, mask)
    y, norm_cache = layernorm_forward(x + attended, gamma1, beta1, {})
    fed, fed_cache = feed_forward_forward(y, W1, b1, W2, b2)
    out, norm_y_cache = layernorm_forward(y + fed, gamma2, beta2, {})
    return out, (attention_cache, norm_cache, fed_cache, norm_y_cache)


def post_norm_block_backward(dout: Array, cache: tuple[Any, ...]) -> tuple[Array, ...]:
    """Gradients of :func:`post_norm_block_forward`: each normalization first, then the part and what is beside it.

    Args:
        dout: (N, T, E), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx and the gradients of the twelve parameters, in the order of the forward.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    attention_cache, norm_cache, fed_cache, norm_y_cache = cache
    dsum_y, *of_second = layernorm_backward(dout, norm_y_cache)
    dy, *of_feed_forward = feed_forward_backward(dsum_y, fed_cache)
    dsum, *of_first = layernorm_backward(dy + dsum_y, norm_cache)
    dx, *of_attention = self_attention_backward(dsum, attention_cache)
    return dx + dsum, *of_attention, *of_feed_forward, *of_first, *of_second
