import numpy as np


def learned_positions_forward(x, W):
    steps = x.shape[1]
    return x + W[np.arange(steps)], (steps, W)


def learned_positions_backward(dout, cache):
    steps, W = cache
    dW = np.zeros_like(W)
    dW[:steps] = np.mean(dout, axis=0)  # WRONG; right: dW[:steps] = np.sum(dout, axis=0)
    return dout.copy(), dW
