import numpy as np


def learned_positions_forward(x, W):
    T = x.shape[1]
    return x + W[np.arange(T)], (x.shape, W.shape)


def learned_positions_backward(dout, cache):
    _, shape = cache
    dW = np.zeros(shape, dout.dtype)
    for sample in dout:
        dW[:len(sample)] = sample  # WRONG; right: dW[:len(sample)] += sample
    return dout.copy(), dW
