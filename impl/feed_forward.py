"""The feed-forward part of a transformer: two affine maps with a rectifier between them, alone and beside x itself."""

import numpy as np

from .validation import Array, require_shape

Cache = tuple[Array, Array, Array, Array]


def feed_forward_forward(x: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Cache]:
    """At every place ``out = max(x @ W1 + b1, 0) @ W2 + b2``.

    Args:
        x: (..., D), float.
        W1, b1: (D, F), (F,).
        W2, b2: (F, M), (M,).

    Returns:
        out (..., M) and the cache ``(x, hidden, W1, W2)``.

    Source: Vaswani et al. (2017), position-wise feed-forward networks.
    """
    hidden = np.maximum(x @ W1 + b1, 0)
    return hidden @ W2 + b2, (x, hidden, W1, W2)


def feed_forward_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array, Array, Array]:
    """Gradients of :func:`feed_forward_forward`, those of the parameters summed over all places.

    Args:
        dout: (..., M), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx (..., D), dW1 (D, F), db1 (F,), dW2 (F, M), db2 (M,).

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    x, hidden, W1, W2 = cache
    require_shape("feed_forward_backward", "dout", dout, (*x.shape[:-1], W2.shape[1]))
    rows, inner, upstream = (each.reshape(-1, each.shape[-1]) for each in (x, hidden, dout))
    dinner = (upstream @ W2.T) * (inner > 0)
    dx = (dinner @ W1.T).reshape(x.shape)
    return dx, rows.T @ dinner, dinner.sum(axis=0), inner.T @ upstream, upstream.sum(axis=0)


def residual_feed_forward_forward(x: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> tuple[Array, Cache]:
    """X itself and what :func:`feed_forward_forward` makes of it: ``out = x + feed_forward(x)``; W2 leads back to D.

    Source: He et al. (2016); Vaswani et al. (2017).
    """
    out, cache = feed_forward_forward(x, W1, b1, W2, b2)
    return x + out, cache


def residual_feed_forward_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array, Array, Array]:
    """Gradients of :func:`residual_feed_forward_forward`: dout reaches x by itself too.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    dx, *of_parameters = feed_forward_backward(dout, cache)
    dw1, db1, dw2, db2 = of_parameters
    return dout + dx, dw1, db1, dw2, db2
