import numpy as np


def elu_forward(x, alpha=1.0):
    low = np.minimum(x, 0)
    return np.where(x > 0, x, alpha * (np.exp(low) - 1)), (x, alpha)


def elu_backward(dout, cache):
    x, alpha = cache
    low = np.minimum(x, 0)
    slope = alpha * np.exp(low)
    return np.where(x > 0, dout, dout * slope)
