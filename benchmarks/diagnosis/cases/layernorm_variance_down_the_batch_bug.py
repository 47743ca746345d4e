import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=0, keepdims=True)  # WRONG; right: var = np.var(x, axis=-1, keepdims=True)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, var, eps, gamma)


def layernorm_backward(dout, cache):
    xhat, var, eps, gamma = cache
    before = tuple(range(dout.ndim - 1))
    dxhat = dout * gamma
    D = dout.shape[-1]
    dx = (D * dxhat - dxhat.sum(-1, keepdims=True) - xhat * (dxhat * xhat).sum(-1, keepdims=True)) / (D * np.sqrt(var + eps))
    return dx, (dout * xhat).sum(before), dout.sum(before)
