import numpy as np


def positional_encoding_forward(x):
    N, T, D = x.shape
    table = np.zeros((N, T, D), dtype=x.dtype)
    for n in range(N):
        for t in range(T):
            for i in range(0, D, 2):
                angle = n / 10000 ** (i / D)  # WRONG; right: angle = t / 10000 ** (i / D)
                table[n, t, i] = np.sin(angle)
                table[n, t, i + 1] = np.cos(angle)
    return x + table, None


def positional_encoding_backward(dout, cache):
    return np.array(dout)
