import numpy as np

K = np.sqrt(2 / np.pi)


def gelu_forward(x):
    t = np.tanh(x.dtype.type(K) * (x + x.dtype.type(0.044715) * x ** 3))
    out = 0.5 * x * (1 + t)
    return out, (x, t)


def gelu_backward(dout, cache):
    x, t = cache
    k = x.dtype.type(K)
    dtanh = 1 - t ** 2
    grad = 0.5 * (1 + t) + 0.5 * x * dtanh * k  # WRONG; right: grad = 0.5 * (1 + t) + 0.5 * x * dtanh * k * (1 + 3 * x.dtype.type(0.044715) * x ** 2)
    return dout * grad
