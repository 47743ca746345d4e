import numpy as np

K = np.sqrt(2 / np.pi)


def gelu_forward(x):
    t = np.tanh(K * (x + 0.044715 * x * x * x))
    out = x / (1 + np.exp(-1.702 * x))  # WRONG; right: out = x / 2 * (1 + t)
    return out, (x, t)


def gelu_backward(dout, cache):
    x, t = cache
    du = K * (1 + 0.134145 * x * x)
    return dout * ((1 + t) / 2 + x / 2 * (1 - t * t) * du)
