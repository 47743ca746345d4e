"""Normalization whose backward computes again what it needs, from x, the mean and the variance."""

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    N, D = x.shape
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    if dialect.momentum == "update":
        momentum = 1 - bn_param.get("momentum", 0.1)
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    mean, var = running_mean, running_var
    if bn_param["mode"] == "train":
        mean = np.mean(x, axis=0)
        var = np.var(x, axis=0)
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * N / (N - 1)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * kept_var
    x_hat = (x - mean) / np.sqrt(var + eps)
    out = gamma * x_hat + beta
    return out, (x, x_hat, mean, var, gamma, eps, bn_param["mode"])


def batchnorm_backward(dout, cache):
    x, x_hat, mean, var, gamma, eps, mode = cache
    N, D = dout.shape
    std = np.sqrt(var + eps)
    centred = x - mean
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma
    if mode == "test":
        return dx_hat / std, dgamma, dbeta
    dvar = np.sum(dx_hat * centred, axis=0) * -0.5 / std**3
    dmean = -np.sum(dx_hat / std, axis=0)
    dx = dx_hat / std + dvar * 2 * centred / N + dmean / N
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(var + eps)
    out = gamma * x_hat + beta
    return out, (x, x_hat, mean, var, gamma, eps)


def layernorm_backward(dout, cache):
    x, x_hat, mean, var, gamma, eps = cache
    D = x.shape[-1]
    std = np.sqrt(var + eps)
    centred = x - mean
    dbeta = np.sum(dout.reshape(-1, D), axis=0)
    dgamma = np.sum((dout * x_hat).reshape(-1, D), axis=0)
    dx_hat = dout * gamma
    dvar = np.sum(dx_hat * centred, axis=-1, keepdims=True) * -0.5 / std**3
    dmean = -np.sum(dx_hat / std, axis=-1, keepdims=True)
    dx = dx_hat / std + dvar * 2 * centred / D + dmean / D
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get("eps", 1e-5)
    groups = x.reshape(N, G, -1)
    mean = np.mean(groups, axis=2, keepdims=True)
    var = np.var(groups, axis=2, keepdims=True)
    x_hat = ((groups - mean) / np.sqrt(var + eps)).reshape(N, C, H, W)
    out = gamma.reshape(1, C, 1, 1) * x_hat + beta.reshape(1, C, 1, 1)
    return out, (x_hat, var, gamma, eps, G)


def spatial_groupnorm_backward(dout, cache):
    x_hat, var, gamma, eps, G = cache
    N, C, H, W = dout.shape
    std = np.sqrt(var + eps)
    dbeta = np.sum(dout, axis=(0, 2, 3)).reshape(gamma.shape)
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)).reshape(gamma.shape)
    dx_hat = (dout * gamma.reshape(1, C, 1, 1)).reshape(N, G, -1)
    normal = x_hat.reshape(N, G, -1)
    through_mean = np.mean(dx_hat, axis=2, keepdims=True)
    through_var = normal * np.mean(dx_hat * normal, axis=2, keepdims=True)
    dx = (dx_hat - through_mean - through_var) / std
    return dx.reshape(N, C, H, W), dgamma, dbeta
