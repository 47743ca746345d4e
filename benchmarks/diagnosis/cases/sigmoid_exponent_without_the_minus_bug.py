import numpy as np


def sigmoid_forward(x):
    e = np.exp(-np.abs(x))
    out = np.where(x >= 0, e, 1) / (1 + e)  # WRONG; right: out = np.where(x >= 0, 1, e) / (1 + e)
    return out, e


def sigmoid_backward(dout, cache):
    e = cache
    return dout * e / (1 + e) ** 2
