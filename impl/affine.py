"""The fully connected layer."""

import math
from typing import Any

import numpy as np

from .validation import Array, require_shape

TURNED_OVER = 2**16  # elements: what a core's cache holds beside the factors


def affine_forward(x: Array, w: Array, b: Array) -> tuple[Array, tuple[Array, Array, Array]]:
    """Affine map of every sample: ``out = flatten(x) @ w + b``.

    Args:
        x: (N, d_1, ..., d_k), float; each sample is flattened to D = d_1 * ... * d_k features.
        w: (D, M), same dtype; the layout is (in, out).
        b: (M,), same dtype.

    Returns:
        out (N, M) and the cache ``(x, w, b)`` for :func:`affine_backward`.

    Raises:
        ValueError: if the features of x, w and b do not fit together.

    Source: cs231n assignment 2; torch.nn.functional.linear with the weight transposed.
    """
    features = math.prod(x.shape[1:])
    if w.ndim != 2:
        raise ValueError(f"affine_forward: w has shape {w.shape}, expected a matrix (in, out)")
    if features != w.shape[0]:
        raise ValueError(f"affine_forward: x has {features} features a row, w expects {w.shape[0]}")
    require_shape("affine_forward", "b", b, w.shape[1:])
    out = x.reshape(x.shape[0], features) @ w
    out += b
    return out, (x, w, b)


def affine_backward(dout: Array, cache: tuple[Array, Array, Array]) -> tuple[Array, Array, Any]:
    """Gradients of :func:`affine_forward`: ``dx = dout @ w.T``, ``dw = x.T @ dout``, ``db = sum of dout's rows``.

    The bias gradient is a sum over the batch, not a mean: any 1/N belongs to the loss.

    Args:
        dout: (N, M), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx in the shape of x, dw (D, M), db (M,).

    Raises:
        ValueError: if dout is not (N, M).
    """
    dw, db = affine_parameter_gradients(dout, cache)
    x, w, _ = cache
    return (dout @ _transposed(w)).reshape(x.shape), dw, db


def affine_parameter_gradients(dout: Array, cache: tuple[Array, Array, Array]) -> tuple[Array, Any]:
    """Dw and db of :func:`affine_backward`, without dx: all that a network's first layer needs.

    Args:
        dout: (N, M), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dw (D, M), db (M,).

    Raises:
        ValueError: if dout is not (N, M).
    """
    x, w, _ = cache
    require_shape("affine_backward", "dout", dout, (x.shape[0], w.shape[1]))
    ones = np.ones(dout.shape[0], dout.dtype)
    return x.reshape(x.shape[0], w.shape[0]).T @ dout, ones @ dout  # BLAS adds rows faster than sum does


def _transposed(w: Array) -> Array:
    """w.T; of a small matrix, turned over in memory, which BLAS multiplies by faster than the turning costs."""
    return w.T.copy() if w.size <= TURNED_OVER else w.T
