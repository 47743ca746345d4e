import numpy as np


def tanh_forward(x):
    t = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))  # WRONG; right: t = np.tanh(x)
    return t, t


def tanh_backward(dout, cache):
    return dout - dout * cache * cache
