import numpy as np


def table(length, width):
    pe = np.zeros((length, width))
    for pos in range(length):
        for i in range(width):
            angle = pos / 1000 ** (2 * (i // 2) / width)  # WRONG; right: angle = pos / 10000 ** (2 * (i // 2) / width)
            pe[pos, i] = np.sin(angle) if i % 2 == 0 else np.cos(angle)
    return pe


def positional_encoding_forward(x):
    _, t, d = x.shape
    return x + table(t, d).astype(x.dtype)[None], None


def positional_encoding_backward(dout, cache):
    return dout.copy()
