import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    size = np.mean(np.abs(x), axis=-1, keepdims=True) + eps  # WRONG; right: size = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True) + eps)
    return x / size * gamma, (x, gamma, eps)


def rmsnorm_backward(dout, cache):
    x, gamma, eps = cache
    size = np.sqrt(np.mean(x ** 2, axis=-1, keepdims=True) + eps)
    lead = tuple(range(x.ndim - 1))
    dgamma = np.sum(dout * x / size, axis=lead)
    g = dout * gamma
    dx = g / size - x * np.mean(g * x, axis=-1, keepdims=True) / size ** 3
    return dx, dgamma
