import numpy as np


def batchnorm(x, gamma, beta, p):
    eps, m = p.get("eps", 1e-5), p.get("momentum", 0.9)
    rm, rv = p.get("running_mean", np.zeros(x.shape[1], x.dtype)), p.get("running_var", np.zeros(x.shape[1], x.dtype))
    if p["mode"] == "test":
        return gamma * (x - rm) / np.sqrt(rv + eps) + beta, None
    mu, v = x.mean(0), x.var(0)
    p["running_mean"], p["running_var"] = m * rm + (1 - m) * mu, m * rv + (1 - m) * v
    r = 1 / np.sqrt(v + eps)
    xh = (x - mu) * r
    return gamma * xh + beta, (xh, r, gamma)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    rows = x.transpose(0, 2, 3, 1).reshape(-1, C)
    out, cache = batchnorm(rows, gamma, beta, bn_param)
    return out.reshape(N, H, W, C).transpose(0, 3, 1, 2), cache


def spatial_batchnorm_backward(dout, cache):
    xh, r, gamma = cache
    N, C, H, W = dout.shape
    d = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    g = d * gamma
    dx = r * (g - g.mean(0) - xh * (g * xh).mean(0))
    dx = dx.reshape(N, H, W, C).transpose(0, 3, 2, 1)  # WRONG; right: dx = dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, (d * xh).sum(0), d.sum(0)
