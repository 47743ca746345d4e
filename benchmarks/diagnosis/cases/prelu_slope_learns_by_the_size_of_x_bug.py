import numpy as np


def prelu_forward(x, a):
    shape = [1] * x.ndim
    shape[1] = a.size
    s = a.reshape(shape)
    return np.where(x > 0, x, s * x), (x, s, a)


def prelu_backward(dout, cache):
    x, s, a = cache
    dx = dout * np.where(x > 0, np.ones_like(x), s + np.zeros_like(x))
    share = np.where(x > 0, 0, np.abs(x) * dout)  # WRONG; right: share = np.where(x > 0, 0, x * dout)
    axes = tuple(k for k in range(x.ndim) if k != 1)
    da = share.sum(axis=axes)
    if a.size == 1:
        da = da.sum().reshape(1)
    return dx, da.astype(a.dtype)
