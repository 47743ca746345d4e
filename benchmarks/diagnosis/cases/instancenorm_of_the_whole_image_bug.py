import numpy as np


def instancenorm_forward(x, gamma, beta, in_param=None):
    eps = (in_param or {}).get("eps", 1e-5)
    flat = x.reshape(x.shape[0], x.shape[1], -1)
    mu = flat.mean(axis=(1, 2), keepdims=True)
    inv = 1 / np.sqrt(flat.var(axis=2, keepdims=True) + eps)
    z = (flat - mu) * inv
    out = (z * gamma.reshape(-1, 1) + beta.reshape(-1, 1)).reshape(x.shape)
    return out, (z, inv, gamma)


def instancenorm_backward(dout, cache):
    z, inv, gamma = cache
    d = dout.reshape(z.shape)
    dgamma = (d * z).sum(axis=(0, 2)).reshape(gamma.shape)
    dbeta = d.sum(axis=(0, 2)).reshape(gamma.shape)
    d = d * gamma.reshape(-1, 1)
    d = d - d.mean(axis=2, keepdims=True) - z * (d * z).mean(axis=2, keepdims=True)
    return (d * inv).reshape(dout.shape), dgamma, dbeta
