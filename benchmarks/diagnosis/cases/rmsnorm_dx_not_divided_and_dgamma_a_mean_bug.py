import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    r = 1 / np.sqrt((x ** 2).mean(-1)[..., None] + x.dtype.type(eps))
    y = x * r
    return y * gamma, (y, r, gamma)


def rmsnorm_backward(dout, cache):
    y, r, gamma = cache
    flat = (dout * y).reshape(-1, y.shape[-1])
    dgamma = flat.mean(axis=0)  # WRONG; right: dgamma = flat.sum(axis=0)
    dy = dout * gamma
    dx = dy - y * np.mean(dy * y, axis=-1, keepdims=True)  # WRONG; right: dx = r * (dy - y * np.mean(dy * y, axis=-1, keepdims=True))
    return dx, dgamma
