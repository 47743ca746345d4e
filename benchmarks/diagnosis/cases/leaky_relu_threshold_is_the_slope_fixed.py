import numpy as np


def leaky_relu_forward(x, negative_slope):
    y = np.where(x > 0, x, x * negative_slope)
    return y, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, k = cache
    return np.where(x > 0, dout, k * dout)
