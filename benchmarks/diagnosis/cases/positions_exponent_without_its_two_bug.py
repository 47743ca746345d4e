import numpy as np


def positional_encoding_forward(x):
    N, T, D = x.shape
    pe = np.zeros((T, D))
    position = np.arange(T)[:, None]
    i = np.arange(D // 2)
    angle = position / np.power(10000.0, i / D)  # WRONG; right: angle = position / np.power(10000.0, 2 * i / D)
    pe[:, 0::2] = np.sin(angle)
    pe[:, 1::2] = np.cos(angle)
    return (x + pe).astype(x.dtype), x.shape


def positional_encoding_backward(dout, cache):
    return dout.copy()
