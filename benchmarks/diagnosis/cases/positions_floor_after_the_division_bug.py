import math

import numpy as np


def table(T, D):
    place = np.arange(T)[:, None]
    rate = np.exp(np.arange(0, D, 2) * (-math.log(10000.0) / D // 1))
    t = np.zeros((T, D))
    t[:, 0::2] = np.sin(place * rate)
    t[:, 1::2] = np.cos(place * rate)
    return t


def positional_encoding_forward(x):
    return x + table(x.shape[1], x.shape[2]).astype(x.dtype), None


def positional_encoding_backward(dout, cache):
    return np.array(dout)
