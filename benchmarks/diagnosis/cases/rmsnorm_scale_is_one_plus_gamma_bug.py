import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    ms = (x * x).mean(axis=-1, keepdims=True)
    inv = 1 / np.sqrt(ms + x.dtype.type(eps))
    scale = 1 + gamma  # WRONG; right: scale = gamma
    return x * inv * scale, (x, inv, scale)


def rmsnorm_backward(dout, cache):
    x, inv, scale = cache
    g = dout * scale
    D = x.shape[-1]
    dot = (g * x).sum(axis=-1, keepdims=True)
    dx = inv * g - x * inv ** 3 * dot / D
    dgamma = (dout * x * inv).reshape(-1, D).sum(axis=0)
    return dx, dgamma
