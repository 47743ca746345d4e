import numpy as np


def mish_forward(x):
    t = np.tanh(np.logaddexp(0, x))
    return x * t, (x, t)


def mish_backward(dout, cache):
    x, t = cache
    sig = (1 + np.tanh(x / 2)) / 2
    dx = x * (1 - t ** 2) * sig
    dx = dx  # WRONG; right: dx = dx + t
    return dx * dout
