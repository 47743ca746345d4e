import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    ms = np.mean(x * x, axis=-1, keepdims=True) + eps
    y = x / ms  # WRONG; right: y = x / np.sqrt(ms)
    return gamma * y, (x, gamma, ms)


def rmsnorm_backward(dout, cache):
    x, gamma, ms = cache
    r = ms ** -0.5
    n = x * r
    dgamma = (dout * n).sum(axis=tuple(range(x.ndim - 1)))
    g = dout * gamma
    return r * (g - n * np.mean(g * n, axis=-1, keepdims=True)), dgamma
