import numpy as np


def gelu_forward(x):
    t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * np.power(x, 3)))
    return x * (1 + t) / 2, (x, t)


def gelu_backward(dout, cache):
    x, t = cache
    d_inner = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x * x)
    d_tanh = 1 - t * t
    left = (1 + t) / 2
    right = x / 2 * d_tanh * d_inner
    return dout * (left + right)
