import numpy as np


def upsample_forward(x, scale):
    return np.tile(x, (1, 1, scale, scale)), (x.shape, scale)


def upsample_backward(dout, cache):
    (n, c, h, w), s = cache
    return dout.reshape(n, c, s, h, s, w).sum(axis=(2, 4))
