import numpy as np


def instancenorm_forward(x, gamma, beta, in_param):
    eps = in_param.get("eps", 1e-5)
    mu = x.mean(axis=(2, 3), keepdims=True)
    istd = 1 / np.sqrt(x.var(axis=(2, 3), keepdims=True) + eps)
    z = (x - mu) * istd
    return z * gamma.reshape(1, -1, 1, 1) + beta.reshape(1, -1, 1, 1), (z, istd, gamma)


def instancenorm_backward(dout, cache):
    z, istd, gamma = cache
    dgamma = (dout * z).sum(axis=(0, 2, 3)).reshape(gamma.shape)
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(gamma.shape)
    g = dout * gamma.reshape(1, -1, 1, 1)
    m = g.shape[2] * g.shape[3]
    dx = istd / m * (m * g - g.sum(axis=(2, 3), keepdims=True) - z * (g * z).sum(axis=(0, 2, 3), keepdims=True))
    return dx.astype(dout.dtype), dgamma, dbeta
