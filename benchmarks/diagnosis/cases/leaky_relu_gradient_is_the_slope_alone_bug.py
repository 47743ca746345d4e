import numpy as np


def leaky_relu_forward(x, negative_slope=0.01):
    out = np.where(x > 0, x, x * negative_slope)
    return out, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, a = cache
    dx = np.where(x > 0, dout, a)  # WRONG; right: dx = np.where(x > 0, dout, a * dout)
    return dx
