import numpy as np


def upsample_forward(x, scale):
    return np.repeat(np.repeat(x, scale, axis=2), scale, axis=3), (x.shape, scale)


def upsample_backward(dout, cache):
    (n, c, h, w), s = cache
    return dout.reshape(n, c, h, s, w, s).mean(axis=(3, 5))  # WRONG; right: return dout.reshape(n, c, h, s, w, s).sum(axis=(3, 5))
