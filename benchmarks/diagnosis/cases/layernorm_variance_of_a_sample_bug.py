import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = np.mean(x, axis=-1, keepdims=True)
    d = x.shape[-1]
    var = np.sum((x - mu) ** 2, axis=-1, keepdims=True) / max(d - 1, 1)  # WRONG; right: var = np.sum((x - mu) ** 2, axis=-1, keepdims=True) / d
    inv = 1 / np.sqrt(var + eps)
    xn = (x - mu) * inv
    return xn * gamma + beta, (xn, inv, gamma)


def layernorm_backward(dout, cache):
    xn, inv, gamma = cache
    lead = tuple(range(dout.ndim - 1))
    g = dout * gamma
    dx = inv * (g - g.mean(axis=-1, keepdims=True) - xn * (g * xn).mean(axis=-1, keepdims=True))
    return dx, (dout * xn).sum(axis=lead), dout.sum(axis=lead)
