"""Rectifiers that do not end at 0: elu, selu, prelu."""

import numpy as np

from .validation import Array, require_shape

ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805  # of selu


def elu_forward(x: Array, alpha: float = 1.0) -> tuple[Array, tuple[Array, float]]:
    """ELU: ``out = x where x > 0, else alpha * (exp(x) - 1)``; exp is given nothing above 0.

    Args:
        x: any shape, float.
        alpha: what it falls to, minus.

    Returns:
        out in the shape and dtype of x, and the cache ``(x, alpha)``.

    Source: Clevert, Unterthiner and Hochreiter (2016); torch.nn.functional.elu.
    """
    alpha = float(alpha)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))), (x, alpha)


def elu_backward(dout: Array, cache: tuple[Array, float]) -> Array:
    """Gradient: ``dx = dout where x > 0, else dout * alpha * exp(x)``.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    x, alpha = cache
    require_shape("elu_backward", "dout", dout, x.shape)
    return dout * np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))


def selu_forward(x: Array) -> tuple[Array, tuple[Array, float]]:
    """SELU: ``out = scale * elu(x, alpha)``, scale = 1.0507009873554805 and alpha = 1.6732632423543772.

    Args:
        x: any shape, float.

    Returns:
        out in the shape and dtype of x, and the cache ``(x, alpha)``.

    Source: Klambauer et al. (2017); torch.nn.functional.selu.
    """
    out, cache = elu_forward(x, ALPHA)
    return SCALE * out, cache


def selu_backward(dout: Array, cache: tuple[Array, float]) -> Array:
    """Gradient: that of elu, times scale.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    return SCALE * elu_backward(dout, cache)


def prelu_forward(x: Array, a: Array) -> tuple[Array, tuple[Array, Array]]:
    """PReLU: ``out = x where x > 0, else a * x``, the slope learned, one for each channel or one for all.

    Args:
        x: (N, C, ...), float.
        a: (C,) or (1,).

    Returns:
        out in the shape and dtype of x, and the cache ``(x, a)``.

    Source: He et al. (2015); torch.nn.functional.prelu.
    """
    return np.where(x > 0, x, _along(x, a) * x), (x, a)


def prelu_backward(dout: Array, cache: tuple[Array, Array]) -> tuple[Array, Array]:
    """Gradients: ``dx = dout where x > 0, else a * dout``; da adds up ``dout * x`` where x is not above 0.

    Returns:
        dx in the shape of x, da in the shape of a.

    Raises:
        ValueError: if dout does not have the shape of x.
    """
    x, a = cache
    require_shape("prelu_backward", "dout", dout, x.shape)
    each = (dout * np.minimum(x, 0)).reshape(*x.shape[:2], -1).sum(axis=(0, 2))
    return np.where(x > 0, dout, _along(x, a) * dout), each if len(a) > 1 else each.sum(keepdims=True)


def _along(x: Array, a: Array) -> Array:
    """The slopes, as they stand against the channels of x."""
    return a.reshape(-1, *(1 for _ in x.shape[2:]))
