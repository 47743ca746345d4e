"""Dropout of whole channels: what an image loses it loses everywhere."""

from typing import Any

import numpy as np

from .dropout import dropout_forward
from .validation import Array, require_shape


def dropout2d_forward(x: Array, dropout_param: dict[str, Any]) -> tuple[Array, Array]:
    """Zero each channel of each sample with the drop probability, and scale the others by ``1 / keep``.

    Args:
        x: (N, C, H, W), float.
        dropout_param: as for dropout.

    Returns:
        out in the shape and dtype of x, and the cache, the factor of each channel.

    Source: Tompson et al. (2015); torch.nn.functional.dropout2d.
    """
    factors, _ = dropout_forward(np.ones((*x.shape[:2], 1, 1), x.dtype), dropout_param)
    return x * factors, factors


def dropout2d_backward(dout: Array, cache: Array) -> Array:
    """Gradient: the upstream gradient by the same factors.

    Raises:
        ValueError: if dout does not have the channels of the forward.
    """
    require_shape("dropout2d_backward", "dout", dout, (*cache.shape[:2], *dout.shape[2:]))
    return dout * cache
