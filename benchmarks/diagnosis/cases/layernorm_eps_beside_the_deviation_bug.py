import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    xc = x - x.mean(axis=-1, keepdims=True)
    std = np.sqrt((xc * xc).mean(axis=-1, keepdims=True)) + eps  # WRONG; right: std = np.sqrt((xc * xc).mean(axis=-1, keepdims=True) + eps)
    return gamma * (xc / std) + beta, (xc / std, std, gamma)


def layernorm_backward(dout, cache):
    xn, std, gamma = cache
    lead = tuple(range(dout.ndim - 1))
    dgamma, dbeta = np.sum(dout * xn, axis=lead), np.sum(dout, axis=lead)
    g = gamma * dout
    g = g - g.mean(axis=-1, keepdims=True)
    dx = (g - xn * (g * xn).mean(axis=-1, keepdims=True)) / std
    return dx, dgamma, dbeta
