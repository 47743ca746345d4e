import numpy as np


def upsample_forward(x, scale):
    return np.kron(x, np.ones((1, 1, scale, scale), x.dtype)), (x.shape, scale)


def upsample_backward(dout, cache):
    (n, c, h, w), s = cache
    return dout.reshape(n, c, h, s, w, s).sum(axis=(3, 5))
