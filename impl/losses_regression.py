"""Losses of numbers against targets: mse, l1, huber; each the mean over all elements, and its gradient."""

from typing import Any

import numpy as np

from .validation import Array, require_shape


def mse_loss(x: Array, y: Array) -> tuple[Any, Array]:
    """Mean of the squares: ``loss = mean((x - y)**2)``, ``dx = 2 * (x - y) / size``.

    Args:
        x, y: predictions and targets, one shape, float.

    Returns:
        loss (a scalar of x's dtype) and dx in the shape of x.

    Raises:
        ValueError: if y does not have the shape of x.

    Source: torch.nn.functional.mse_loss.
    """
    require_shape("mse_loss", "y", y, x.shape)
    error = x - y
    return np.square(error).mean(), error * x.dtype.type(2 / x.size)


def l1_loss(x: Array, y: Array) -> tuple[Any, Array]:
    """Mean of the distances: ``loss = mean(|x - y|)``, ``dx = sign(x - y) / size``.

    Args:
        x, y: predictions and targets, one shape, float.

    Returns:
        loss (a scalar of x's dtype) and dx in the shape of x.

    Raises:
        ValueError: if y does not have the shape of x.

    Source: torch.nn.functional.l1_loss.
    """
    require_shape("l1_loss", "y", y, x.shape)
    error = x - y
    return np.abs(error).mean(), np.sign(error) / x.dtype.type(x.size)


def huber_loss(x: Array, y: Array, delta: float = 1.0) -> tuple[Any, Array]:
    """Huber's loss: squares near the target, distances far from it, and no jump in the slope between.

    Each element gives ``e**2 / 2`` where ``|e| <= delta``, else ``delta * (|e| - delta / 2)``, with ``e = x - y``; the
    loss is their mean. ``dx = clip(e, -delta, delta) / size``.

    Args:
        x, y: predictions and targets, one shape, float.
        delta: where the square ends.

    Returns:
        loss (a scalar of x's dtype) and dx in the shape of x.

    Raises:
        ValueError: if y does not have the shape of x.

    Source: Huber (1964); torch.nn.functional.huber_loss.
    """
    require_shape("huber_loss", "y", y, x.shape)
    error = x - y
    near = np.clip(error, -delta, delta)
    return (near * (error - near / 2)).mean(), near / x.dtype.type(x.size)
