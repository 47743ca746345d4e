"""GELU a factor a line, by tanh or by the normal distribution's own function."""

from math import erf

import numpy as np


def gelu_forward(x):
    if dialect.gelu == "tanh":
        inner = (2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)
        t = np.tanh(inner)
        out = 0.5 * x * (1 + t)
        return out, (x, inner, t)
    t = np.vectorize(erf, otypes=[x.dtype])(x / 2**0.5)
    cdf = 0.5 * (1 + t)
    out = x * cdf
    return out, (x, cdf, t)


def gelu_backward(dout, cache):
    if dialect.gelu == "tanh":
        x, inner, t = cache
        dinner = (2 / np.pi) ** 0.5 * (1 + 3 * 0.044715 * x**2)
        dt = 1 - t**2
        first = 0.5 * (1 + t)
        second = 0.5 * x * dt * dinner
        dx = dout * (first + second)
        return dx
    x, cdf, t = cache
    pdf = np.exp(-0.5 * x**2) / (2 * np.pi) ** 0.5
    dx = dout * (cdf + x * pdf)
    return dx
