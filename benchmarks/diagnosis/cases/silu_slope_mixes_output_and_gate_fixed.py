import numpy as np


def swish_gate(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def silu_forward(x):
    g = swish_gate(x)
    return x * g, (x * g, g)


def silu_backward(dout, cache):
    y, g = cache
    return dout * (y + g * (1 - y))
