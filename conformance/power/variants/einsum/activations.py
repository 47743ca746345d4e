"""Softmax as a layer and the activations by other algebra: axes moved, hyperbolic tangents, einsum."""

import numpy as np


def softmax_axis_forward(x, axis=-1):
    """The axis moved to the end, and back."""
    moved = np.moveaxis(x, axis, -1)
    powers = np.exp(moved - moved.max(-1)[..., None])
    out = np.moveaxis(powers / np.einsum("...c->...", powers)[..., None], -1, axis)
    return out, (out, axis)


def softmax_axis_backward(dout, cache):
    """The Jacobian of each line by einsum."""
    out, axis = (np.moveaxis(cache[0], cache[1], -1), cache[1])
    jacobian = np.einsum("...c,cd->...cd", out, np.eye(out.shape[-1], dtype=out.dtype))
    jacobian = jacobian - np.einsum("...c,...d->...cd", out, out)
    return np.moveaxis(np.einsum("...cd,...d->...c", jacobian, np.moveaxis(dout, axis, -1)), -1, axis)


def softmax_forward(x):
    """Of the rows."""
    return softmax_axis_forward(x)


def softmax_backward(dout, cache):
    """Of the rows."""
    return softmax_axis_backward(dout, cache)


def log_softmax_axis_forward(x, axis=-1):
    """By NumPy's logarithm of sums of powers."""
    out = x - np.logaddexp.reduce(x, axis=axis, keepdims=True)
    return out, (np.exp(out), axis)


def log_softmax_axis_backward(dout, cache):
    """Upstream less shares of its sum."""
    shares, axis = cache
    return dout - shares * np.sum(dout, axis=axis, keepdims=True)


def log_softmax_forward(x):
    """Of the rows."""
    return log_softmax_axis_forward(x)


def log_softmax_backward(dout, cache):
    """Of the rows."""
    return log_softmax_axis_backward(dout, cache)


def half(z):
    """The logistic function by a hyperbolic tangent, which overflows nowhere."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def gelu_forward(x):
    """X times the logistic function of twice what the tanh is given."""
    inside = 2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return (x * half(inside)).astype(x.dtype), x


def gelu_backward(dout, cache):
    """By the logistic function's own derivative."""
    x = cache
    gate = half(2 * np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
    inner = 2 * np.sqrt(2 / np.pi) * (1 + 0.134145 * x**2)
    return (dout * (gate + x * gate * (1 - gate) * inner)).astype(x.dtype)


def silu_forward(x):
    """By tanh."""
    return x * half(x), x


def silu_backward(dout, cache):
    """From the output: out + s (1 - out)."""
    gate = half(cache)
    out = cache * gate
    return dout * (out + gate * (1 - out))


def softplus_forward(x):
    """Where x is large it is x and a little more."""
    return np.where(x > 0, x, 0) - np.log(half(np.abs(x))), x


def softplus_backward(dout, cache):
    """By tanh."""
    return dout * half(cache)


def mish_forward(x):
    """tanh(softplus) as a quotient: ((1 + e)^2 - 1) / ((1 + e)^2 + 1), by exp(-|x|)."""
    e = np.exp(-np.abs(x))
    ratio = np.where(x > 0, (1 + 2 * e) / (1 + 2 * e + 2 * e**2), (e**2 + 2 * e) / (e**2 + 2 * e + 2))
    return x * ratio, (x, ratio)


def mish_backward(dout, cache):
    """By the product rule."""
    x, ratio = cache
    return dout * (ratio + x * half(x) * (1 - ratio**2))


def elu_forward(x, alpha=1.0):
    """Two selections."""
    above = (x > 0).astype(x.dtype)
    return above * x + (1 - above) * alpha * np.expm1(np.where(x > 0, 0, x)), (x, above, alpha)


def elu_backward(dout, cache):
    """Two selections."""
    x, above, alpha = cache
    return dout * (above + (1 - above) * alpha * np.exp(-np.abs(x)))


def selu_forward(x):
    """As elu."""
    out, cache = elu_forward(x, 1.6732632423543772)
    return out * 1.0507009873554805, cache


def selu_backward(dout, cache):
    """As elu."""
    return elu_backward(dout * 1.0507009873554805, cache)


def prelu_forward(x, a):
    """The channels moved to the end."""
    moved = np.moveaxis(x, 1, -1)
    return np.moveaxis(np.where(moved < 0, moved * a, moved), -1, 1), (moved, a)


def prelu_backward(dout, cache):
    """The channels moved to the end, sums by einsum."""
    moved, a = cache
    upstream = np.moveaxis(dout, 1, -1)
    flat, below = (each.reshape(-1, moved.shape[-1]) for each in (upstream, np.where(moved < 0, moved, 0)))
    da = np.einsum("nc,nc->c", flat, below)
    dx = np.where(moved < 0, upstream * a, upstream)
    return np.moveaxis(dx, -1, 1), da if len(a) == len(da) else da.sum(keepdims=True)
