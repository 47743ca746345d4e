import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    d = x.shape[-1]
    ms = np.sum(x * x, axis=-1, keepdims=True)
    inv = 1 / np.sqrt(ms + eps)
    return x * inv * gamma, (x, inv, gamma)


def rmsnorm_backward(dout, cache):
    x, inv, gamma = cache
    g = dout * gamma
    dgamma = (dout * x * inv).reshape(-1, x.shape[-1]).sum(axis=0)
    along = np.sum(g * x, axis=-1, keepdims=True)
    return inv * g - x * inv**3 * along, dgamma
