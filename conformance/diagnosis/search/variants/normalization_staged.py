"""Batch and layer normalization as graphs: each node of the forward has its gradient."""

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    N, D = x.shape
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    if dialect.momentum == "update":
        momentum = 1 - bn_param.get("momentum", 0.1)
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if bn_param["mode"] == "train":
        mean = np.sum(x, axis=0) / N
        centred = x - mean
        var = np.sum(centred**2, axis=0) / N
        spread = var + eps
        std = np.sqrt(spread)
        x_hat = centred / std
        out = gamma * x_hat + beta
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * N / (N - 1)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * kept_var
        return out, (x_hat, gamma, centred, spread, std, True)
    spread = running_var + eps
    std = np.sqrt(spread)
    centred = x - running_mean
    x_hat = centred / std
    out = gamma * x_hat + beta
    return out, (x_hat, gamma, centred, spread, std, False)


def batchnorm_backward(dout, cache):
    x_hat, gamma, centred, spread, std, is_train = cache
    N, D = dout.shape
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx_hat = dout * gamma
    if not is_train:
        return dx_hat / std, dgamma, dbeta
    dvar = -0.5 * (dx_hat * centred).sum(axis=0) * spread**-1.5
    dmean = -dx_hat.sum(axis=0) / std + dvar * -2 * centred.sum(axis=0) / N
    dx = dx_hat / std + dvar * 2 * centred / N + dmean / N
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    N, D = x.shape
    eps = ln_param.get("eps", 1e-5)
    mean = x.sum(axis=1, keepdims=True) / D
    centred = x - mean
    var = np.sum(centred**2, axis=1, keepdims=True) / D
    spread = var + eps
    std = np.sqrt(spread)
    x_hat = centred / std
    out = gamma * x_hat + beta
    return out, (x_hat, gamma, centred, spread, std)


def layernorm_backward(dout, cache):
    x_hat, gamma, centred, spread, std = cache
    N, D = dout.shape
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx_hat = dout * gamma
    dvar = -0.5 * (dx_hat * centred).sum(axis=1, keepdims=True) * spread**-1.5
    dmean = -dx_hat.sum(axis=1, keepdims=True) / std + dvar * -2 * centred.sum(axis=1, keepdims=True) / D
    dx = dx_hat / std + dvar * 2 * centred / D + dmean / D
    return dx, dgamma, dbeta
