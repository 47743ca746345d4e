"""Rectifiers that are told where they are below 0, with what stands there put in its place."""

import numpy as np


def relu_forward(x):
    out = x.copy()
    out[x < 0] = 0
    return out, x


def relu_backward(dout, cache):
    x = cache
    dx = dout.copy()
    dx[x <= 0] = 0
    return dx


def leaky_relu_forward(x, negative_slope=0.01):
    out = np.where(x < 0, negative_slope * x, x)
    return out, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, negative_slope = cache
    slope = np.where(x < 0, negative_slope, 1).astype(x.dtype)
    dx = dout * slope
    return dx


def elu_forward(x, alpha=1.0):
    out = np.where(x < 0, alpha * (np.exp(x) - 1), x)
    return out, (x, out, alpha)


def elu_backward(dout, cache):
    x, out, alpha = cache
    slope = np.where(x < 0, out + alpha, 1)
    dx = dout * slope
    return dx
