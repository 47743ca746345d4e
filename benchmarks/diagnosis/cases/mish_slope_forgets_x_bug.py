import numpy as np


def mish_forward(x):
    sp = np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)
    t = np.tanh(sp)
    return x * t, (x, t)


def mish_backward(dout, cache):
    x, t = cache
    sig = 0.5 * (1 + np.tanh(0.5 * x))
    grad = t + sig * (1 - t ** 2)  # WRONG; right: grad = t + x * sig * (1 - t ** 2)
    return dout * grad
