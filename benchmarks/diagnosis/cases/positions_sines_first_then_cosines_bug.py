import numpy as np


def positional_encoding_forward(x):
    N, T, D = x.shape
    pos = np.arange(T).reshape(-1, 1)
    freq = 1.0 / (10000 ** (np.arange(0, D, 2) / D))
    pe = np.concatenate([np.sin(pos * freq), np.cos(pos * freq)], axis=1)
    return x + pe.astype(x.dtype)[None], x.shape


def positional_encoding_backward(dout, cache):
    return np.array(dout)
