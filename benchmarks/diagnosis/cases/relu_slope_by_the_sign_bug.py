import numpy as np


def relu_forward(x):
    mask = np.heaviside(x, 0.0).astype(x.dtype)
    return np.where(x > 0, x, 0).astype(x.dtype), x


def relu_backward(dout, cache):
    slope = np.sign(cache)  # WRONG; right: slope = (cache > 0).astype(dout.dtype)
    return dout * slope
