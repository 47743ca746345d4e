"""Layer normalization of sequences, samples by steps by features: what layernorm_sequences asks for."""

import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    N, T, D = x.shape
    mean = x.mean(axis=-1, keepdims=True)
    centred = x - mean
    var = np.mean(centred**2, axis=-1, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = centred / std
    out = gamma * x_hat + beta
    return out, (x_hat, gamma, std)


def layernorm_backward(dout, cache):
    x_hat, gamma, std = cache
    rows = (0, 1)
    dbeta = dout.sum(axis=rows)
    dgamma = (dout * x_hat).sum(axis=rows)
    dx_hat = dout * gamma
    through_mean = dx_hat.mean(axis=-1, keepdims=True)
    through_variance = x_hat * (dx_hat * x_hat).mean(axis=-1, keepdims=True)
    dx = (dx_hat - through_mean - through_variance) / std
    return dx, dgamma, dbeta
