import numpy as np


def mish_forward(x):
    t = np.tanh(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))
    return t * x, (x, t)


def mish_backward(dout, cache):
    x, t = cache
    gate = 1 / (1 + np.exp(x))
    grad = x * gate * (1 - t * t)
    return grad * dout
