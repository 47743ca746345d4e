import numpy as np


def leaky_relu_forward(x, negative_slope=0.01):
    out = np.array(x)
    below = x < 0
    out[below] = x[below] / negative_slope  # WRONG; right: out[below] = x[below] * negative_slope
    return out, (below, negative_slope)


def leaky_relu_backward(dout, cache):
    below, a = cache
    dx = dout.copy()
    dx[below] *= a
    return dx
