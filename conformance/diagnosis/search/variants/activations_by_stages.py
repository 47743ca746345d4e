"""Activations a factor a line, masks that multiply, and every slope with a name of its own."""

import numpy as np


def leaky_relu_forward(x, negative_slope=0.01):
    out = np.maximum(x, 0) + negative_slope * np.minimum(x, 0)
    return out, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, negative_slope = cache
    above = dout * (x > 0)
    below = negative_slope * dout * (x <= 0)
    dx = above + below
    return dx


def selu_forward(x):
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    below = alpha * np.expm1(np.minimum(x, 0))
    out = np.where(x > 0, scale * x, scale * below)
    return out, x


def selu_backward(dout, cache):
    x = cache
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    below = scale * alpha * np.exp(np.minimum(x, 0))
    slope = np.where(x > 0, scale, below)
    dx = dout * slope
    return dx


def prelu_forward(x, a):
    slope = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    out = np.maximum(x, 0) + slope * np.minimum(x, 0)
    return out, (x, a)


def prelu_backward(dout, cache):
    x, a = cache
    slope = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    below = x <= 0
    dx = dout * np.where(below, slope, 1)
    each = dout * x * below
    by_channel = each.reshape(x.shape[0], x.shape[1], -1).sum(axis=2).sum(axis=0)
    da = by_channel if len(a) > 1 else by_channel.sum(keepdims=True)
    return dx, da


def silu_forward(x):
    s = 1 / (1 + np.exp(-x))
    out = x * s
    return out, (x, s, out)


def silu_backward(dout, cache):
    x, s, out = cache
    ds = s * (1 - s)
    slope = s + x * ds
    dx = dout * slope
    return dx


def softplus_forward(x):
    out = np.logaddexp(0, x)
    return out, (x, out)


def softplus_backward(dout, cache):
    x, out = cache
    s = 1 / (1 + np.exp(-x))
    dx = dout * s
    return dx


def mish_forward(x):
    sp = np.logaddexp(0, x)
    t = np.tanh(sp)
    out = x * t
    return out, (x, sp, t)


def mish_backward(dout, cache):
    x, sp, t = cache
    s = 1 / (1 + np.exp(-x))
    dt = 1 - t**2
    dsp = x * dt
    slope = t + dsp * s
    dx = dout * slope
    return dx
