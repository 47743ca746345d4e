import numpy as np


def leaky_relu_forward(x, negative_slope=0.01):
    slopes = np.ones_like(x)
    slopes[x < 0] = 0.01  # WRONG; right: slopes[x < 0] = negative_slope
    return x * slopes, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, a = cache
    dx = dout.copy()
    dx[x < 0] *= a
    return dx
