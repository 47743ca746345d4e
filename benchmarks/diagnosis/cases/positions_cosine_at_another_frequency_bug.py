import numpy as np


def positional_encoding_forward(x):
    N, T, D = x.shape
    pe = np.zeros((T, D), x.dtype)
    for pos in range(T):
        for i in range(D):
            power = i if i % 2 else 2 * (i // 2)  # WRONG; right: power = 2 * (i // 2)
            angle = pos / 10000 ** (power / D)
            pe[pos, i] = np.cos(angle) if i % 2 else np.sin(angle)
    return x + pe, None


def positional_encoding_backward(dout, cache):
    return dout.copy()
