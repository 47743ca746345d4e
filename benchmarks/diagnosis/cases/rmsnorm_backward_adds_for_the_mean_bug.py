import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    ms = np.mean(np.square(x), axis=-1, keepdims=True)
    r = 1 / np.sqrt(ms + x.dtype.type(eps))
    return x * r * gamma, (x, r, gamma)


def rmsnorm_backward(dout, cache):
    x, r, gamma = cache
    axes = tuple(range(x.ndim - 1))
    dgamma = np.sum(dout * x * r, axis=axes)
    gx = dout * gamma
    dx = gx * r - x * r ** 3 * np.sum(gx * x, axis=-1, keepdims=True)  # WRONG; right: dx = gx * r - x * r ** 3 * np.mean(gx * x, axis=-1, keepdims=True)
    return dx, dgamma
