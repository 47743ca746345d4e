import numpy as np


def positional_encoding_forward(x):
    N, T, D = x.shape
    pe = np.zeros((T, D))
    for pos in range(T):
        for i in range(0, D, 2):
            pe[pos, i] = np.sin(pos / 10000 ** (i / D))
            pe[pos, i + 1] = np.cos(pos / 10000 ** (i / D))
    grow = np.sqrt(D)  # WRONG; right: grow = 1
    return x * x.dtype.type(grow) + pe.astype(x.dtype), grow


def positional_encoding_backward(dout, cache):
    return dout * dout.dtype.type(cache)
