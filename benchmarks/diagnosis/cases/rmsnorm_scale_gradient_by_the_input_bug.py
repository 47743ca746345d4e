import numpy as np


def rmsnorm_forward(x, gamma, eps=1e-6):
    ms = np.einsum("...d,...d->...", x, x)[..., None] / x.dtype.type(x.shape[-1])
    r = (ms + x.dtype.type(eps)) ** -0.5
    return x * r * gamma, (x, r, gamma)


def rmsnorm_backward(dout, cache):
    x, r, gamma = cache
    g = dout * gamma
    dot = np.einsum("...d,...d->...", g, x)[..., None] / x.dtype.type(x.shape[-1])
    dx = r * g - r**3 * x * dot
    dgamma = (dout * x).reshape(-1, len(gamma)).sum(0)  # WRONG; right: dgamma = (dout * x * r).reshape(-1, len(gamma)).sum(0)
    return dx, dgamma
