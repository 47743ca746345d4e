import numpy as np


def learned_positions_forward(x, W):
    T = x.shape[1]
    out = x + W[-T:]  # WRONG; right: out = x + W[:T]
    return out, (W.shape, T)


def learned_positions_backward(dout, cache):
    shape, T = cache
    dW = np.zeros(shape, dout.dtype)
    dW[-T:] = dout.sum(axis=0)  # WRONG; right: dW[:T] = dout.sum(axis=0)
    return dout.copy(), dW
