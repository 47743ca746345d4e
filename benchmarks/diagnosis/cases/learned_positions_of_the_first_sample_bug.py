import numpy as np


def learned_positions_forward(x, W):
    T = x.shape[1]
    index = np.arange(T)
    return x + W[index][None, :, :], (index, W)


def learned_positions_backward(dout, cache):
    index, W = cache
    dW = np.zeros_like(W)
    dW[index] = dout[0]  # WRONG; right: dW[index] = dout.sum(axis=0)
    return dout.copy(), dW
