import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    c = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt(np.mean(c**2, axis=-1, keepdims=True)) + eps
    z = c / std
    return gamma * z + beta, (z, std, gamma)


def layernorm_backward(dout, cache):
    z, std, gamma = cache
    g = dout * gamma
    a = g.mean(axis=-1, keepdims=True)
    b = (g * z).mean(axis=-1, keepdims=True)
    lead = tuple(range(dout.ndim - 1))
    return (g - a - z * b) / std, (dout * z).sum(axis=lead), dout.mean(axis=lead)
