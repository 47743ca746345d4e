import numpy as np


def leaky_relu_forward(x, negative_slope=0.01):
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0), (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, k = cache
    dx = np.array(dout, copy=True)
    dx[dout <= 0] *= k  # WRONG; right: dx[x <= 0] *= k
    return dx
