"""Softmax as a layer and the activations as computational graphs: one small step per line, walked back."""

import numpy as np


def softmax_axis_forward(x, axis=-1):
    """Shift, power, sum, divide."""
    top = np.amax(x, axis=axis, keepdims=True)
    shifted = x - top
    powers = np.exp(shifted)
    total = np.sum(powers, axis=axis, keepdims=True)
    inverse = 1 / total
    return powers * inverse, (powers, inverse, axis)


def softmax_axis_backward(dout, cache):
    """Back through the division, the sum and the power."""
    powers, inverse, axis = cache
    dinverse = np.sum(dout * powers, axis=axis, keepdims=True)
    dtotal = -dinverse * inverse**2
    dpowers = dout * inverse + dtotal
    return dpowers * powers


def softmax_forward(x):
    """Of the rows."""
    return softmax_axis_forward(x, axis=1)


def softmax_backward(dout, cache):
    """Of the rows."""
    return softmax_axis_backward(dout, cache)


def log_softmax_axis_forward(x, axis=-1):
    """Shift, power, sum, logarithm, difference."""
    top = np.amax(x, axis=axis, keepdims=True)
    shifted = x - top
    powers = np.exp(shifted)
    total = np.sum(powers, axis=axis, keepdims=True)
    return shifted - np.log(total), (powers, total, axis)


def log_softmax_axis_backward(dout, cache):
    """Both ways that lead to the shifted scores."""
    powers, total, axis = cache
    dlog = -np.sum(dout, axis=axis, keepdims=True)
    dtotal = dlog / total
    return dout + dtotal * powers


def log_softmax_forward(x):
    """Of the rows."""
    return log_softmax_axis_forward(x, axis=1)


def log_softmax_backward(dout, cache):
    """Of the rows."""
    return log_softmax_axis_backward(dout, cache)


def squash(z):
    """The logistic function, each half with a negative exponent."""
    power = np.exp(np.minimum(z, -z))
    denominator = 1 + power
    return np.where(z < 0, power / denominator, 1 / denominator)


def gelu_forward(x):
    """Cube, sum, tanh, product."""
    cube = x * x * x
    inside = x + 0.044715 * cube
    scaled = np.sqrt(2 / np.pi).astype(x.dtype) * inside
    squashed = np.tanh(scaled)
    weight = 0.5 + 0.5 * squashed
    return x * weight, (x, squashed, weight)


def gelu_backward(dout, cache):
    """Two ways lead to x: straight, and through the weight."""
    x, squashed, weight = cache
    dweight = dout * x
    dscaled = 0.5 * dweight * (1 - squashed * squashed)
    dinside = np.sqrt(2 / np.pi).astype(x.dtype) * dscaled
    return dout * weight + dinside + dinside * 3 * 0.044715 * x * x


def silu_forward(x):
    """One product."""
    gate = squash(x)
    return x * gate, (x, gate)


def silu_backward(dout, cache):
    """Both factors."""
    x, gate = cache
    dgate = dout * x
    return dout * gate + dgate * gate * (1 - gate)


def softplus_forward(x):
    """NumPy's own logarithm of a sum of two powers."""
    return np.logaddexp(x, 0).astype(x.dtype), x


def softplus_backward(dout, cache):
    """The logistic function."""
    return dout * squash(cache)


def mish_forward(x):
    """Softplus, tanh, product."""
    inside = np.logaddexp(x, 0).astype(x.dtype)
    squashed = np.tanh(inside)
    return x * squashed, (x, squashed)


def mish_backward(dout, cache):
    """Both factors."""
    x, squashed = cache
    dsquashed = dout * x
    dinside = dsquashed * (1 - squashed) * (1 + squashed)
    return dout * squashed + dinside * squash(x)


def elu_forward(x, alpha=1.0):
    """A copy whose other elements are written over."""
    out = x.copy()
    below = x <= 0
    out[below] = alpha * (np.exp(x[below]) - 1)
    return out, (out, alpha)


def elu_backward(dout, cache):
    """The slope below 0 from what came out."""
    out, alpha = cache
    return np.where(out > 0, dout, dout * (out + alpha))


def selu_forward(x):
    """Positive and negative part, each on its own."""
    positive = np.maximum(x, 0)
    negative = np.exp(np.minimum(x, 0)) - 1
    return 1.0507009873554805 * (positive + 1.6732632423543772 * negative), x


def selu_backward(dout, cache):
    """Each part's slope."""
    inside = np.where(cache > 0, 1, 1.6732632423543772 * np.exp(np.minimum(cache, 0)))
    return 1.0507009873554805 * dout * inside


def prelu_forward(x, a):
    """Positive and negative part."""
    slope = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    return np.maximum(x, 0) + slope * np.minimum(x, 0), (x, slope, a.shape)


def prelu_backward(dout, cache):
    """The slope was broadcast: its gradient is summed over what it was broadcast to."""
    x, slope, shape = cache
    dslope = dout * np.minimum(x, 0)
    over = tuple(axis for axis in range(x.ndim) if slope.shape[axis] == 1)
    return dout * np.where(x > 0, 1, slope), dslope.sum(axis=over).reshape(shape)
