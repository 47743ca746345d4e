import numpy as np


def inner(x):
    c = np.sqrt(np.pi / 2)
    return c * (x + 0.044715 * x**3), c * (1 + 0.134145 * x**2)


def gelu_forward(x):
    return x * (1 + np.tanh(inner(x)[0])) / 2, (x,)


def gelu_backward(dout, cache):
    (x,) = cache
    u, slope = inner(x)
    t = np.tanh(u)
    return dout * ((1 + t) / 2 + x / 2 * slope * (1 - t**2))
