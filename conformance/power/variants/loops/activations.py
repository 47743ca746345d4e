"""Softmax as a layer and the smooth and bent activations, line by line and element by element."""

import math

import numpy as np


def lines(x, axis):
    """Every line along an axis, as an index."""
    axis %= x.ndim
    for rest in np.ndindex(x.shape[:axis] + x.shape[axis + 1 :]):
        yield (*rest[:axis], slice(None), *rest[axis:])


def softmax_axis_forward(x, axis=-1):
    """Each line shifted, powered, divided."""
    out = np.zeros(x.shape, x.dtype)
    for line in lines(x, axis):
        powers = np.exp(x[line] - max(x[line]))
        out[line] = powers / sum(powers)
    return out, (out, axis)


def softmax_axis_backward(dout, cache):
    """By the whole Jacobian of each line."""
    out, axis = cache
    dx = np.zeros(out.shape, out.dtype)
    for line in lines(out, axis):
        share = out[line]
        dx[line] = (np.diag(share) - np.outer(share, share)) @ dout[line]
    return dx


def softmax_forward(x):
    """Row by row."""
    return softmax_axis_forward(x, 1)


def softmax_backward(dout, cache):
    """Row by row."""
    return softmax_axis_backward(dout, cache)


def log_softmax_axis_forward(x, axis=-1):
    """Each line less its own logarithm of the sum."""
    out = np.zeros(x.shape, x.dtype)
    for line in lines(x, axis):
        top = max(x[line])
        out[line] = x[line] - top - np.log(sum(np.exp(x[line] - top)))
    return out, (x, axis)


def log_softmax_axis_backward(dout, cache):
    """Each line's upstream, less its sum by the shares."""
    x, axis = cache
    shares, _ = softmax_axis_forward(x, axis)
    dx = np.zeros(x.shape, x.dtype)
    for line in lines(x, axis):
        dx[line] = dout[line] - sum(dout[line]) * shares[line]
    return dx


def log_softmax_forward(x):
    """Row by row."""
    return log_softmax_axis_forward(x, 1)


def log_softmax_backward(dout, cache):
    """Row by row."""
    return log_softmax_axis_backward(dout, cache)


def each(function, *arrays):
    """A function of numbers, element by element."""
    out = np.zeros(arrays[0].shape, arrays[0].dtype)
    for place in np.ndindex(out.shape):
        out[place] = function(*(float(array[place]) for array in arrays))
    return out


def logistic(z):
    """One number's, without overflow."""
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def soft(z):
    """The logarithm of 1 + exp(z)."""
    return z + math.log1p(math.exp(-z)) if z > 0 else math.log1p(math.exp(z))


def gelu_forward(x):
    """The formula of the paper's tanh."""
    return each(lambda z: 0.5 * z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))), x), x


def gelu_backward(dout, cache):
    """Its derivative, product by product."""

    def slope(z, upstream):
        root = math.sqrt(2 / math.pi)
        t = math.tanh(root * (z + 0.044715 * z**3))
        return upstream * (0.5 * (1 + t) + 0.5 * z * (1 - t * t) * root * (1 + 0.134145 * z * z))

    return each(slope, cache, dout)


def silu_forward(x):
    """Input times its own logistic function."""
    return each(lambda z: z * logistic(z), x), x


def silu_backward(dout, cache):
    """By the product rule."""
    return each(lambda z, upstream: upstream * (logistic(z) + z * logistic(z) * logistic(-z)), cache, dout)


def softplus_forward(x):
    """Element by element."""
    return each(soft, x), x


def softplus_backward(dout, cache):
    """The logistic function."""
    return each(lambda z, upstream: upstream * logistic(z), cache, dout)


def mish_forward(x):
    """Element by element."""
    return each(lambda z: z * math.tanh(soft(z)), x), x


def mish_backward(dout, cache):
    """By the product rule."""

    def slope(z, upstream):
        t = math.tanh(soft(z))
        return upstream * (t + z * (1 - t * t) * logistic(z))

    return each(slope, cache, dout)


def elu_forward(x, alpha=1.0):
    """Two branches."""
    return each(lambda z: z if z > 0 else alpha * math.expm1(z), x), (x, alpha)


def elu_backward(dout, cache):
    """Two branches."""
    x, alpha = cache
    return each(lambda z, upstream: upstream if z > 0 else upstream * alpha * math.exp(z), x, dout)


def selu_forward(x):
    """Two branches, scaled."""
    return each(lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * math.expm1(z)), x), x


def selu_backward(dout, cache):
    """Two branches, scaled."""
    return each(
        lambda z, upstream: 1.0507009873554805 * upstream * (1 if z > 0 else 1.6732632423543772 * math.exp(z)),
        cache,
        dout,
    )


def prelu_forward(x, a):
    """Each element by its channel's slope."""
    out = x.copy()
    for place in np.ndindex(x.shape):
        if x[place] <= 0:
            out[place] = x[place] * a[place[1] % len(a)]
    return out, (x, a)


def prelu_backward(dout, cache):
    """Each element gives to its channel's slope."""
    x, a = cache
    dx, da = dout.copy(), np.zeros(a.shape, a.dtype)
    for place in np.ndindex(x.shape):
        if x[place] <= 0:
            channel = place[1] % len(a)
            dx[place] = dout[place] * a[channel]
            da[channel] += dout[place] * x[place]
    return dx, da
