import numpy as np


def padded_embedding_forward(x, W, padding_idx):
    table = W.copy()
    table[padding_idx] = 0.0  # WRONG; right: table[padding_idx] = W[padding_idx]
    return table[x], (x, W, padding_idx)


def padded_embedding_backward(dout, cache):
    x, W, pad = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    dW[pad] = 0.0
    return dW
