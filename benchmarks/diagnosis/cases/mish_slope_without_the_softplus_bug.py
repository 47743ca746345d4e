import numpy as np


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def mish_forward(x):
    t = np.tanh(softplus(x))
    return x * t, (x, t)


def mish_backward(dout, cache):
    x, t = cache
    e = np.exp(-np.abs(x))
    s = np.where(x >= 0, 1, e) / (1 + e)
    dx = t + x * (1 - t ** 2)  # WRONG; right: dx = t + x * (1 - t ** 2) * s
    return dout * dx
