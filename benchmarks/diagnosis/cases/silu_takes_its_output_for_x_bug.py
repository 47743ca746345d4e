import numpy as np


def silu_forward(x):
    s = 1 / (1 + np.exp(-x))
    out = x * s
    return out, (out, s)  # WRONG; right: return out, (x, s)


def silu_backward(dout, cache):
    x, s = cache
    return dout * (s + x * s * (1 - s))
