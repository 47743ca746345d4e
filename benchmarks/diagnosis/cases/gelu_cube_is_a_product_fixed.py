import numpy as np

A = np.sqrt(2.0 / np.pi)
B = 0.044715


def inner(x):
    return A * (x + B * x ** 3)


def gelu_forward(x):
    th = np.tanh(inner(x)).astype(x.dtype)
    return (x / 2) * (1 + th), (x, th)


def gelu_backward(dout, cache):
    x, th = cache
    slope = A * (1 + 3 * B * x ** 2)
    d = (1 + th) / 2 + x / 2 * (1 - th * th) * slope
    return (dout * d).astype(x.dtype)
