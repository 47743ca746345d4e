import numpy as np


def prelu_forward(x, a):
    shape = [1, -1] + [1] * (x.ndim - 2)
    return np.where(x > 0, x, a.reshape(shape) * x), (x, a)


def prelu_backward(dout, cache):
    x, a = cache
    shape = [1, -1] + [1] * (x.ndim - 2)
    dx = np.where(x > 0, dout, dout * a.reshape(shape))
    share = np.where(x > 0, 0, dout * x)
    per_channel = share.reshape(x.shape[0], x.shape[1], -1).sum(axis=2).sum(axis=0)
    if a.size == 1:
        return dx, np.full(a.shape, per_channel.sum(), dtype=x.dtype)
    return dx, per_channel
