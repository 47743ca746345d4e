import numpy as np


def elu_forward(x, alpha=1.0):
    neg = alpha * np.expm1(np.minimum(x, 0))
    return np.where(x > 0, x, neg), (x, alpha)


def elu_backward(dout, cache):
    x, alpha = cache
    d = np.ones_like(x)
    d[x <= 0] = alpha  # WRONG; right: d[x <= 0] = alpha * np.exp(x[x <= 0])
    return d * dout
