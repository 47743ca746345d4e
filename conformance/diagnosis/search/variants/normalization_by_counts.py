"""Normalizations with what is counted in one place, and running statistics kept before they are needed again."""

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
        mean = np.mean(x, axis=0)
        var = np.var(x, axis=0)
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * N / (N - 1)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * kept_var
        bn_param["running_mean"] = running_mean
        bn_param["running_var"] = running_var
        std = np.sqrt(var + eps)
        x_hat = (x - mean) / std
    else:
        std = np.sqrt(running_var + eps)
        x_hat = (x - running_mean) / std
    out = gamma * x_hat + beta
    return out, (x_hat, gamma, std, bn_param["mode"])


def batchnorm_backward(dout, cache):
    x_hat, gamma, std, mode = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma
    if mode == "test":
        return dx_hat / std, dgamma, dbeta
    total = np.sum(dx_hat, axis=0)
    projected = np.sum(dx_hat * x_hat, axis=0)
    dx = (N * dx_hat - total - x_hat * projected) / (N * std)
    return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = gamma * x_hat + beta
    return out, (x, mean, x_hat, gamma, std)


def layernorm_backward(dout, cache):
    x, mean, x_hat, gamma, std = cache
    D = dout.shape[-1]
    rows = tuple(range(dout.ndim - 1))
    centred = x - mean
    dbeta = np.sum(dout, axis=rows)
    dgamma = np.sum(dout * x_hat, axis=rows)
    dx_hat = dout * gamma
    total = np.sum(dx_hat, axis=-1, keepdims=True)
    projected = np.sum(dx_hat * x_hat, axis=-1, keepdims=True)
    dx = (D * dx_hat - total - x_hat * projected) / (D * std)
    return dx, dgamma, dbeta


def instancenorm_forward(x, gamma, beta, in_param):
    eps = in_param.get("eps", 1e-5)
    mean = np.mean(x, axis=(2, 3), keepdims=True)
    var = np.var(x, axis=(2, 3), keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = gamma.reshape(1, -1, 1, 1) * x_hat + beta.reshape(1, -1, 1, 1)
    return out, (x_hat, gamma, std)


def instancenorm_backward(dout, cache):
    x_hat, gamma, std = cache
    N, C, H, W = dout.shape
    dbeta = np.sum(dout, axis=(0, 2, 3)).reshape(gamma.shape)
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3)).reshape(gamma.shape)
    dx_hat = dout * gamma.reshape(1, -1, 1, 1)
    total = np.sum(dx_hat, axis=(2, 3), keepdims=True)
    projected = np.sum(dx_hat * x_hat, axis=(2, 3), keepdims=True)
    dx = (H * W * dx_hat - total - x_hat * projected) / (H * W * std)
    return dx, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    if dialect.momentum == "update":
        momentum = 1 - bn_param.get("momentum", 0.1)
    running_mean = bn_param.get("running_mean", np.zeros(C, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(C, dtype=x.dtype))
    if bn_param["mode"] == "train":
        mean = np.mean(x, axis=(0, 2, 3))
        var = np.var(x, axis=(0, 2, 3))
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * (N * H * W) / (N * H * W - 1)
        running_mean = momentum * running_mean + (1 - momentum) * mean
        running_var = momentum * running_var + (1 - momentum) * kept_var
        bn_param["running_mean"] = running_mean
        bn_param["running_var"] = running_var
        std = np.sqrt(var + eps)[:, None, None]
        x_hat = (x - mean[:, None, None]) / std
    else:
        std = np.sqrt(running_var + eps)[:, None, None]
        x_hat = (x - running_mean[:, None, None]) / std
    out = gamma[:, None, None] * x_hat + beta[:, None, None]
    return out, (x_hat, gamma, std, bn_param["mode"])


def spatial_batchnorm_backward(dout, cache):
    x_hat, gamma, std, mode = cache
    N, C, H, W = dout.shape
    count = N * H * W
    dbeta = np.sum(dout, axis=(0, 2, 3))
    dgamma = np.sum(dout * x_hat, axis=(0, 2, 3))
    dx_hat = dout * gamma[:, None, None]
    if mode == "test":
        return dx_hat / std, dgamma, dbeta
    total = np.sum(dx_hat, axis=(0, 2, 3), keepdims=True)
    projected = np.sum(dx_hat * x_hat, axis=(0, 2, 3), keepdims=True)
    dx = (count * dx_hat - total - x_hat * projected) / (count * std)
    return dx, dgamma, dbeta
