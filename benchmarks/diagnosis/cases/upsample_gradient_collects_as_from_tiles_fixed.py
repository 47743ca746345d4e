import numpy as np


def upsample_forward(x, scale):
    out = np.kron(x, np.ones((1, 1, scale, scale), x.dtype))
    return out, (x.shape, scale)


def upsample_backward(dout, cache):
    (n, c, h, w), k = cache
    return dout.reshape(n, c, h, k, w, k).sum(axis=5).sum(axis=3)
