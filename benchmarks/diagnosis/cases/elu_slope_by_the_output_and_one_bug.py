import numpy as np


def elu_forward(x, alpha=1.0):
    out = x.copy()
    out[x <= 0] = alpha * np.expm1(x[x <= 0])
    return out, (x, out, alpha)


def elu_backward(dout, cache):
    x, out, alpha = cache
    grad = np.ones_like(out)
    grad[x <= 0] = out[x <= 0] + 1  # WRONG; right: grad[x <= 0] = out[x <= 0] + alpha
    return grad * dout
