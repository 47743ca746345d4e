"""Activations without a kink: gelu, silu, softplus, mish. Elementwise, shapes are free and kept."""

import numpy as np

from .validation import Array, require_shape

SLOPE, CUBIC = (2 / np.pi) ** 0.5, 0.044715  # of gelu


def gelu_forward(x: Array) -> tuple[Array, tuple[Array, Array]]:
    """GELU by its tanh: ``out = x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x**3)))``.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache ``(x, tanh(...))``.

    Source: Hendrycks and Gimpel (2016); torch.nn.functional.gelu(approximate="tanh").
    """
    t = np.tanh(SLOPE * (x + CUBIC * x**3))
    return 0.5 * x * (1 + t), (x, t)


def gelu_backward(dout: Array, cache: tuple[Array, Array]) -> Array:
    """Gradient: ``dx = dout * ((1 + t)/2 + x/2 * (1 - t**2) * sqrt(2/pi) * (1 + 3 * 0.044715 x**2))``.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    x, t = cache
    require_shape("gelu_backward", "dout", dout, x.shape)
    return dout * 0.5 * (1 + t + x * (1 - t**2) * SLOPE * (1 + 3 * CUBIC * x**2))


def silu_forward(x: Array) -> tuple[Array, tuple[Array, Array]]:
    """SiLU, or swish: ``out = x * sigmoid(x)``.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache ``(x, sigmoid(x))``.

    Source: Elfwing et al. (2018); torch.nn.functional.silu.
    """
    s = _sigmoid(x)
    return x * s, (x, s)


def silu_backward(dout: Array, cache: tuple[Array, Array]) -> Array:
    """Gradient: ``dx = dout * s * (1 + x * (1 - s))`` with ``s = sigmoid(x)``.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    x, s = cache
    require_shape("silu_backward", "dout", dout, x.shape)
    return dout * s * (1 + x * (1 - s))


def softplus_forward(x: Array) -> tuple[Array, Array]:
    """Softplus: ``out = log(1 + exp(x))``, by ``max(x, 0) + log1p(exp(-|x|))`` so that nothing overflows.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache x.

    Source: torch.nn.functional.softplus, without its threshold.
    """
    return _softplus(x), x


def softplus_backward(dout: Array, cache: Array) -> Array:
    """Gradient: ``dx = dout * sigmoid(x)``.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    require_shape("softplus_backward", "dout", dout, cache.shape)
    return dout * _sigmoid(cache)


def mish_forward(x: Array) -> tuple[Array, tuple[Array, Array]]:
    """Mish: ``out = x * tanh(softplus(x))``.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache ``(x, tanh(softplus(x)))``.

    Source: Misra (2019); torch.nn.functional.mish.
    """
    t = np.tanh(_softplus(x))
    return x * t, (x, t)


def mish_backward(dout: Array, cache: tuple[Array, Array]) -> Array:
    """Gradient: ``dx = dout * (t + x * (1 - t**2) * sigmoid(x))`` with ``t = tanh(softplus(x))``.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    x, t = cache
    require_shape("mish_backward", "dout", dout, x.shape)
    return dout * (t + x * (1 - t**2) * _sigmoid(x))


def _sigmoid(x: Array) -> Array:
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
