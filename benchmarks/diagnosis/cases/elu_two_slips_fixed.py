import numpy as np


def elu_forward(x, alpha=1.0):
    y = x.copy()
    neg = x <= 0
    y[neg] = alpha * (np.exp(x[neg]) - 1)
    return y, (x, alpha)


def elu_backward(dout, cache):
    x, alpha = cache
    g = dout.copy()
    neg = x <= 0
    g[neg] *= alpha * np.exp(x[neg])
    return g
