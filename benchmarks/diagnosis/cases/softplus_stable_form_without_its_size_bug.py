import numpy as np


def softplus_forward(x):
    y = np.maximum(x, 0) + np.log1p(np.exp(-x))  # WRONG; right: y = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return y, x


def softplus_backward(dout, cache):
    half = 0.5 * np.tanh(0.5 * cache) + 0.5
    return dout * half
