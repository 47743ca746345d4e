import numpy as np


def grouped(x, G):
    N, C, H, W = x.shape
    return x.reshape(N, G, -1)


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    v = grouped(x, G)
    m = v.mean(axis=2, keepdims=True)
    s = np.sqrt(v.var(axis=2, keepdims=True) + eps)
    z = ((v - m) / s).reshape(x.shape)
    return gamma.reshape(1, -1, 1, 1) * z + beta.reshape(1, -1, 1, 1), (z, s, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    z, s, gamma, G = cache
    dgamma = (dout * z).sum(axis=(0, 2, 3)).reshape(gamma.shape)
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(gamma.shape)
    g = grouped(dout * gamma.reshape(1, -1, 1, 1), G)
    h = grouped(z, G)
    dx = (g - g.mean(axis=2, keepdims=True) - h * (g * h).mean(axis=2, keepdims=True)) / s
    return dx.reshape(dout.shape), dgamma, dbeta
