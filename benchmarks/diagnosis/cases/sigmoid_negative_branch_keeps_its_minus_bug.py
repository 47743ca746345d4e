import numpy as np


def sigmoid_forward(x):
    out = np.empty_like(x)
    pos = x >= 0
    out[pos] = 1 / (1 + np.exp(-x[pos]))
    out[~pos] = np.exp(x[~pos]) / (1 + np.exp(-x[~pos]))
    return out, out


def sigmoid_backward(dout, cache):
    return dout * cache * (1 - cache)
