import numpy as np


def silu_forward(x):
    s = np.reciprocal(1 + np.exp(-np.clip(x, -60, None)))
    return x * s, (x, s)


def silu_backward(dout, cache):
    x, s = cache
    return dout * (s + x * s)  # WRONG; right: return dout * (s + x * s * (1 - s))
