"""Batch normalization of images by that of matrices, every pixel a row."""

import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    if dialect.momentum == "update":
        momentum = 1 - bn_param.get("momentum", 0.1)
    running_mean = bn_param.get("running_mean", np.zeros(C, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(C, dtype=x.dtype))
    flat = x.transpose(0, 2, 3, 1).reshape(-1, C)
    if bn_param["mode"] == "train":
        mean = flat.mean(axis=0)
        var = np.mean((flat - mean) ** 2, axis=0)
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * len(flat) / (len(flat) - 1)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * kept_var
    else:
        mean = running_mean
        var = running_var
    std = np.sqrt(var + eps)
    x_hat = (flat - mean) / std
    out = (gamma * x_hat + beta).reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return out, (x_hat, gamma, std, bn_param["mode"] == "train")


def spatial_batchnorm_backward(dout, cache):
    x_hat, gamma, std, is_train = cache
    N, C, H, W = dout.shape
    count = N * H * W
    flat = dout.transpose(0, 2, 3, 1).reshape(-1, C)
    dbeta = flat.sum(axis=0)
    dgamma = (flat * x_hat).sum(axis=0)
    if is_train:
        dflat = gamma / std * (flat - dbeta / count - x_hat * dgamma / count)
    else:
        dflat = flat * gamma / std
    dx = dflat.reshape(N, H, W, C).transpose(0, 3, 1, 2)
    return dx, dgamma, dbeta
