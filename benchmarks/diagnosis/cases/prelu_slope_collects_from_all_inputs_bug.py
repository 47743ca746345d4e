import numpy as np


def slopes(x, a):
    return a.reshape((1, -1) + (1,) * (x.ndim - 2))


def prelu_forward(x, a):
    s = slopes(x, a)
    return np.maximum(x, 0) + s * np.minimum(x, 0), (x, a)


def prelu_backward(dout, cache):
    x, a = cache
    dx = np.where(x > 0, 1, slopes(x, a)) * dout
    contrib = dout * x  # WRONG; right: contrib = dout * x * (x <= 0)
    if a.size == 1:
        return dx, np.array([contrib.sum()], x.dtype)
    return dx, contrib.sum(axis=(0,) + tuple(range(2, x.ndim)))
