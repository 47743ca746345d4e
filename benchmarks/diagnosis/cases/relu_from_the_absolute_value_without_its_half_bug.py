import numpy as np


def relu_forward(x):
    out = x + np.abs(x)  # WRONG; right: out = np.where(x > 0, (x + np.abs(x)) / 2, 0)
    return out, x


def relu_backward(dout, cache):
    dx = np.zeros_like(dout)
    where = cache > 0
    dx[where] = dout[where]
    return dx
