import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    rms = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True)) + x.dtype.type(eps)
    xn = x / rms
    return gamma * xn, (x, xn, rms, gamma)


def rmsnorm_backward(dout, cache):
    x, xn, rms, gamma = cache
    dgamma = np.sum(dout * xn, axis=tuple(range(x.ndim - 1)))
    g = dout * gamma
    dx = (g - xn * np.mean(g * xn, axis=-1, keepdims=True)) / rms
    return dx, dgamma
