"""Softmax and its logarithm as layers: over the rows of a matrix, or over any axis of any shape."""

import numpy as np

from .validation import Array, require_shape

Cache = tuple[Array, int]


def softmax_axis_forward(x: Array, axis: int = -1) -> tuple[Array, Cache]:
    """Softmax over one axis: ``out = exp(x - max) / sum(exp(x - max))``, the maximum of each line taken out.

    Args:
        x: any shape, float.
        axis: the axis that adds up to 1.

    Returns:
        out in the shape and dtype of x, and the cache ``(out, axis)``.

    Source: torch.nn.functional.softmax.
    """
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    out = powers / powers.sum(axis=axis, keepdims=True)
    return out, (out, axis)


def softmax_axis_backward(dout: Array, cache: Cache) -> Array:
    """Gradient ``dx = out * (dout - sum(dout * out))``, the sum over the same axis: every score moves every share.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    out, axis = cache
    require_shape("softmax_axis_backward", "dout", dout, out.shape)
    return out * (dout - (dout * out).sum(axis=axis, keepdims=True))


def softmax_forward(x: Array) -> tuple[Array, Cache]:
    """Softmax of each row of (N, C), as :func:`softmax_axis_forward` over the last axis.

    Source: torch.nn.functional.softmax.
    """
    return softmax_axis_forward(x)


def softmax_backward(dout: Array, cache: Cache) -> Array:
    """Gradient of :func:`softmax_forward`, as :func:`softmax_axis_backward`."""
    return softmax_axis_backward(dout, cache)


def log_softmax_axis_forward(x: Array, axis: int = -1) -> tuple[Array, Cache]:
    """The logarithm of softmax: ``out = x - max - log(sum(exp(x - max)))``; no share is ever given to a logarithm.

    Args:
        x: any shape, float.
        axis: the axis whose shares add up to 1.

    Returns:
        out in the shape and dtype of x, and the cache ``(out, axis)``.

    Source: torch.nn.functional.log_softmax.
    """
    shifted = x - x.max(axis=axis, keepdims=True)
    out = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return out, (out, axis)


def log_softmax_axis_backward(dout: Array, cache: Cache) -> Array:
    """Gradient ``dx = dout - exp(out) * sum(dout)``, the sum over the same axis.

    Raises:
        ValueError: if dout does not have the shape of the output.
    """
    out, axis = cache
    require_shape("log_softmax_axis_backward", "dout", dout, out.shape)
    return dout - np.exp(out) * dout.sum(axis=axis, keepdims=True)


def log_softmax_forward(x: Array) -> tuple[Array, Cache]:
    """The logarithm of the softmax of each row of (N, C), as :func:`log_softmax_axis_forward` over the last axis.

    Source: torch.nn.functional.log_softmax.
    """
    return log_softmax_axis_forward(x)


def log_softmax_backward(dout: Array, cache: Cache) -> Array:
    """Gradient of :func:`log_softmax_forward`, as :func:`log_softmax_axis_backward`."""
    return log_softmax_axis_backward(dout, cache)
