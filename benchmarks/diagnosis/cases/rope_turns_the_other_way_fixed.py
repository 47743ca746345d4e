import numpy as np


def angles(x):
    t, d = x.shape[1:]
    inv = 10000.0 ** (-np.arange(0, d, 2) / d)
    a = np.outer(np.arange(t), inv)
    return np.cos(a).astype(x.dtype), np.sin(a).astype(x.dtype)


def rotate(x, c, s):
    pairs = x.reshape(x.shape[0], x.shape[1], -1, 2)
    a, b = pairs[..., 0], pairs[..., 1]
    return np.stack((a * c - b * s, a * s + b * c), axis=-1).reshape(x.shape)


def rope_forward(x):
    c, s = angles(x)
    return rotate(x, c, s), (c, s)


def rope_backward(dout, cache):
    c, s = cache
    return rotate(dout, c, -s)
