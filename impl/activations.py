"""Elementwise activations: relu, leaky relu, sigmoid, tanh. Shapes are free and kept."""

import numpy as np

from .validation import Array, require_shape


def relu_forward(x: Array) -> tuple[Array, Array]:
    """Rectifier: ``out = max(x, 0)``. NaN stays NaN and -inf gives 0.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache x.

    Source: Nair and Hinton (2010); torch.nn.functional.relu.
    """
    return np.maximum(x, 0), x


def relu_backward(dout: Array, cache: Array) -> Array:
    """Gradient of the rectifier: ``dx = dout where x > 0, else 0``. The slope at x = 0 is 0, as in torch.

    It is a product with 0 and 1, faster than a selection: a dout that is not finite is NaN where x <= 0.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    require_shape("relu_backward", "dout", dout, cache.shape)
    return dout * (cache > 0).astype(dout.dtype)


def leaky_relu_forward(x: Array, negative_slope: float = 0.01) -> tuple[Array, tuple[Array, float]]:
    """Leaky rectifier: ``out = x where x > 0, else negative_slope * x``.

    Args:
        x: any shape, float.
        negative_slope: the slope on the negative side.

    Returns:
        out in the shape and dtype of x, and the cache ``(x, negative_slope)``.

    Source: Maas, Hannun and Ng (2013); torch.nn.functional.leaky_relu.
    """
    negative_slope = float(negative_slope)
    return np.where(x > 0, x, negative_slope * x), (x, negative_slope)


def leaky_relu_backward(dout: Array, cache: tuple[Array, float]) -> Array:
    """Gradient: ``dx = dout where x > 0, else negative_slope * dout``; at x = 0 the negative side's slope, as in torch.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    x, negative_slope = cache
    require_shape("leaky_relu_backward", "dout", dout, x.shape)
    return np.where(x > 0, dout, negative_slope * dout)


def sigmoid_forward(x: Array) -> tuple[Array, Array]:
    """Logistic function ``out = 1 / (1 + exp(-x))``, by ``z = exp(-|x|)`` so that nothing overflows.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache z.

    Source: torch.sigmoid.
    """
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z), z


def sigmoid_backward(dout: Array, cache: Array) -> Array:
    """Gradient ``dx = dout * z / (1 + z)**2`` with ``z = exp(-|x|)``.

    The familiar ``out * (1 - out)`` cancels for large x, where out rounds to 1; this form does not.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    require_shape("sigmoid_backward", "dout", dout, cache.shape)
    return dout * (cache / (1 + cache) ** 2)


def tanh_forward(x: Array) -> tuple[Array, Array]:
    """Hyperbolic tangent ``out = tanh(x)``.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache x.

    Source: torch.tanh.
    """
    return np.tanh(x), x


def tanh_backward(dout: Array, cache: Array) -> Array:
    """Gradient ``dx = dout * 4 z / (1 + z)**2`` with ``z = exp(-2|x|)``: ``1 - tanh(x)**2``, without its cancellation.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    require_shape("tanh_backward", "dout", dout, cache.shape)
    z = np.exp(-2 * np.abs(cache))
    return dout * (4 * z / (1 + z) ** 2)
