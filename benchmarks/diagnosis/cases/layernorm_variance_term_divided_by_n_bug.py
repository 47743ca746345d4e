import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    x_norm = (x - mu) / np.sqrt(var + eps)
    return gamma * x_norm + beta, (x, mu, var, eps, x_norm, gamma)


def layernorm_backward(dout, cache):
    x, mu, var, eps, x_norm, gamma = cache
    D = x.shape[1]
    dgamma = np.sum(dout * x_norm, axis=0)
    dbeta = dout.sum(axis=0)
    dxn = dout * gamma
    dvar = np.sum(dxn * (x - mu) * -0.5 * (var + eps) ** -1.5, axis=1, keepdims=True)
    dmu = np.sum(dxn * -1 / np.sqrt(var + eps), axis=1, keepdims=True) + dvar * np.sum(-2 * (x - mu), axis=1, keepdims=True) / D
    dx = dxn / np.sqrt(var + eps) + dvar * 2 * (x - mu) / x.shape[0] + dmu / D  # WRONG; right: dx = dxn / np.sqrt(var + eps) + dvar * 2 * (x - mu) / D + dmu / D
    return dx, dgamma, dbeta
