"""Batch normalization whose standardised x is one line, along axes that are named."""

import numpy as np


def averaged(bn_param, name, batch, momentum):
    before = bn_param.get(name, np.zeros_like(batch))
    if dialect.momentum == "decay":
        bn_param[name] = momentum * before + (1 - momentum) * batch
    if dialect.momentum == "update":
        bn_param[name] = (1 - momentum) * before + momentum * batch


def keep(x, axes, bn_param):
    momentum = bn_param.get("momentum", 0.9)
    count = x.size // x.shape[1]
    var = x.var(axis=axes)
    if dialect.running_variance == "unbiased":
        var = var * count / (count - 1)
    averaged(bn_param, "running_mean", x.mean(axis=axes), momentum)
    averaged(bn_param, "running_var", var, momentum)


def back(dout, x_hat, std, gamma, axes):
    dx_hat = dout * gamma
    through_mean = dx_hat.mean(axis=axes, keepdims=True)
    through_variance = (dx_hat * x_hat).mean(axis=axes, keepdims=True)
    return (dx_hat - through_mean - x_hat * through_variance) / std, (dout * x_hat).sum(axis=axes), dout.sum(axis=axes)


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    if bn_param["mode"] == "test":
        x_hat = (x - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps)
        return gamma * x_hat + beta, None
    mean, var = x.mean(axis=0), x.var(axis=0)
    keep(x, 0, bn_param)
    x_hat = (x - mean) / np.sqrt(var + eps)
    return gamma * x_hat + beta, (x, mean, var, eps, gamma)


def batchnorm_backward(dout, cache):
    x, mean, var, eps, gamma = cache
    std = np.sqrt(var + eps)
    return back(dout, (x - mean) / std, std, gamma, 0)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    g, b = gamma.reshape(1, -1, 1, 1), beta.reshape(1, -1, 1, 1)
    if bn_param["mode"] == "test":
        mean, var = bn_param["running_mean"].reshape(1, -1, 1, 1), bn_param["running_var"].reshape(1, -1, 1, 1)
        return g * (x - mean) / np.sqrt(var + eps) + b, None
    keep(x, (0, 2, 3), bn_param)
    axes = (0, 2, 3)
    x_hat = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return g * x_hat + b, (x, gamma, eps)


def spatial_batchnorm_backward(dout, cache):
    x, gamma, eps = cache
    axes = (0, 2, 3)
    std = np.sqrt(x.var(axis=axes, keepdims=True) + eps)
    return back(dout, (x - x.mean(axis=axes, keepdims=True)) / std, std, gamma.reshape(1, -1, 1, 1), axes)
