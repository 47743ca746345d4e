import numpy as np


def positional_encoding_forward(x):
    N, T, D = x.shape
    pe = np.zeros((T, D), dtype=x.dtype)
    for pos in range(1, T + 1):
        for i in range(0, D, 2):
            theta = pos / (10000 ** (i / D))
            pe[pos - 1, i] = np.sin(theta)
            pe[pos - 1, i + 1] = np.cos(theta)
    return x + pe, x.shape


def positional_encoding_backward(dout, cache):
    return dout.copy()
