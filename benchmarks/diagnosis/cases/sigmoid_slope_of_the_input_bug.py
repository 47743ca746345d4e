import numpy as np


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_forward(x):
    s = sigmoid(x)
    return s, x


def sigmoid_backward(dout, cache):
    z = cache
    s = z  # WRONG; right: s = sigmoid(z)
    return dout * s * (1 - s)
