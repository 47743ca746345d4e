"""Binary cross-entropy of probabilities, and of scores; each the mean over all elements, and its gradient."""

from typing import Any

import numpy as np

from .validation import Array, require_shape


def bce_loss(p: Array, y: Array) -> tuple[Any, Array]:
    """Binary cross-entropy of probabilities: ``loss = -mean(y * log(p) + (1 - y) * log(1 - p))``.

    ``dp = (p - y) / (p * (1 - p)) / size``. For scores there is :func:`bce_with_logits_loss`, which is stable.

    Args:
        p: probabilities, between 0 and 1, float.
        y: labels, 0 or 1, float, in the shape of p.

    Returns:
        loss (a scalar of p's dtype) and dp in the shape of p.

    Raises:
        ValueError: if y does not have the shape of p.

    Source: torch.nn.functional.binary_cross_entropy.
    """
    require_shape("bce_loss", "y", y, p.shape)
    loss = -(y * np.log(p) + (1 - y) * np.log1p(-p)).mean()
    return loss, (p - y) / (p * (1 - p)) / p.dtype.type(p.size)


def bce_with_logits_loss(x: Array, y: Array) -> tuple[Any, Array]:
    """Binary cross-entropy of scores: ``loss = mean(max(x, 0) - x * y + log1p(exp(-|x|)))``; nothing overflows.

    ``dx = (sigmoid(x) - y) / size``.

    Args:
        x: scores, float.
        y: labels, 0 or 1, float, in the shape of x.

    Returns:
        loss (a scalar of x's dtype) and dx in the shape of x.

    Raises:
        ValueError: if y does not have the shape of x.

    Source: torch.nn.functional.binary_cross_entropy_with_logits.
    """
    require_shape("bce_with_logits_loss", "y", y, x.shape)
    z = np.exp(-np.abs(x))
    loss = (np.maximum(x, 0) - x * y + np.log1p(z)).mean()
    return loss, (np.where(x >= 0, 1, z) / (1 + z) - y) / x.dtype.type(x.size)


def sigmoid_cross_entropy(z: Array, y: Array) -> tuple[Any, Array]:
    """The same under the name that a classifier of two classes by one score, z (N, 1), has for it."""
    return bce_with_logits_loss(z, y)
