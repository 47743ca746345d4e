"""Normalization by the root of the mean square, over the last axis of any shape."""

import numpy as np

from .validation import Array, require_shape

Cache = tuple[Array, Array, Array]


def rmsnorm_forward(x: Array, gamma: Array, eps: float = 1e-6) -> tuple[Array, Cache]:
    """``out = gamma * x / sqrt(mean(x**2) + eps)``, the mean over the last axis; nothing is centred, nothing shifted.

    Args:
        x: (..., D), float.
        gamma: (D,).
        eps: what keeps a row of zeros from a division by 0, under the root.

    Returns:
        out in the shape and dtype of x, and the cache ``(x_hat, inverse root, gamma)``.

    Raises:
        ValueError: if gamma does not have the length of the last axis.

    Source: Zhang and Sennrich (2019); torch.nn.functional.rms_norm.
    """
    require_shape("rmsnorm_forward", "gamma", gamma, x.shape[-1:])
    inverse = 1 / np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + x.dtype.type(eps))
    return gamma * (x * inverse), (x * inverse, inverse, gamma)


def rmsnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array]:
    """Gradients: with ``g = dout * gamma``, ``dx = (g - x_hat * mean(g * x_hat)) * inverse root``.

    Args:
        dout: (..., D), the upstream gradient.
        cache: what the forward returned.

    Returns:
        dx in the shape of x, dgamma (D,), summed over all places.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    x_hat, inverse, gamma = cache
    require_shape("rmsnorm_backward", "dout", dout, x_hat.shape)
    g = dout * gamma
    dx = (g - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)) * inverse
    return dx, (dout * x_hat).sum(axis=tuple(range(dout.ndim - 1)))
