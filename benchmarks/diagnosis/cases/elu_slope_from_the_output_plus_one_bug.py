import numpy as np


def elu_forward(x, alpha=1.0):
    out = x.copy()
    neg = x < 0
    out[neg] = alpha * (np.exp(x[neg]) - 1)
    return out, (x, out, alpha)


def elu_backward(dout, cache):
    x, out, alpha = cache
    dx = dout.copy()
    neg = x < 0
    dx[neg] = dout[neg] * (out[neg] + 1)  # WRONG; right: dx[neg] = dout[neg] * (out[neg] + x.dtype.type(alpha))
    return dx
