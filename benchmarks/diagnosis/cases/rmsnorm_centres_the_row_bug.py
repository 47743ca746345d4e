import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    mu = x.mean(axis=-1, keepdims=True)
    xc = x - mu
    inv = 1.0 / np.sqrt(np.mean(xc * xc, axis=-1, keepdims=True) + x.dtype.type(eps))
    xhat = xc * inv
    return xhat * gamma, (xhat, inv, gamma)


def rmsnorm_backward(dout, cache):
    xhat, inv, gamma = cache
    dgamma = (dout * xhat).reshape(-1, xhat.shape[-1]).sum(axis=0)
    dxhat = dout * gamma
    dx = inv * (dxhat - dxhat.mean(axis=-1, keepdims=True)
                - xhat * (dxhat * xhat).mean(axis=-1, keepdims=True))
    return dx, dgamma
