"""Smooth activations as texts have them."""

from math import erf

import numpy as np


def sigmoid(x):
    return np.where(x >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


def gelu_forward(x):
    if dialect.gelu == "tanh":
        t = np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))
    if dialect.gelu == "exact":
        t = np.vectorize(erf, otypes=[x.dtype])(x / 2**0.5)
    out = 0.5 * x * (1 + t)
    return out, (x, t)


def gelu_backward(dout, cache):
    x, t = cache
    if dialect.gelu == "tanh":
        inner = (2 / np.pi) ** 0.5 * (1 + 3 * 0.044715 * x**2)
        dx = dout * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)
    if dialect.gelu == "exact":
        dx = dout * (0.5 * (1 + t) + x * np.exp(-(x**2) / 2) / (2 * np.pi) ** 0.5)
    return dx


def silu_forward(x):
    s = sigmoid(x)
    out = x * s
    return out, (x, s)


def silu_backward(dout, cache):
    x, s = cache
    dx = dout * (s + x * s * (1 - s))
    return dx


def softplus_forward(x):
    out = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return out, x


def softplus_backward(dout, cache):
    x = cache
    dx = dout * sigmoid(x)
    return dx


def mish_forward(x):
    t = np.tanh(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))
    out = x * t
    return out, (x, t)


def mish_backward(dout, cache):
    x, t = cache
    dx = dout * (t + x * (1 - t**2) * sigmoid(x))
    return dx
