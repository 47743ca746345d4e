import numpy as np


def silu_forward(x):
    s = 1.0 / (1.0 + np.exp(-x))
    return x * s, (x, s)


def silu_backward(dout, cache):
    x, s = cache
    dx = dout * s * (1.0 + x) * (1.0 - s)  # WRONG; right: dx = dout * s * (1.0 + x * (1.0 - s))
    return dx
