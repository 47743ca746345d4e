import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    r = 1 / np.sqrt(var + eps)
    h = (x - mu) * r
    return h * gamma + beta, (h, r, gamma)


def layernorm_backward(dout, cache):
    h, r, gamma = cache
    D = h.shape[-1]
    flat, hh = dout.reshape(-1, D), h.reshape(-1, D)
    dh = dout * gamma
    ax = 1
    dx = r * (dh - dh.mean(axis=ax, keepdims=True) - h * (dh * h).mean(axis=ax, keepdims=True))
    return dx, (flat * hh).sum(axis=0), flat.sum(axis=0)
