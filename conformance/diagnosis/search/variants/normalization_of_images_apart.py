"""Normalization of images, each of its means by itself: no step is handed to the next."""

import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    N, C, H, W = x.shape
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    if dialect.momentum == "update":
        momentum = 1 - bn_param.get("momentum", 0.1)
    running_mean = bn_param.get("running_mean", np.zeros(C, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(C, dtype=x.dtype))
    scale, shift = gamma.reshape(1, C, 1, 1), beta.reshape(1, C, 1, 1)
    if bn_param["mode"] == "train":
        axes = (0, 2, 3)
        mean, var = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
        kept_mean, kept_var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        if dialect.running_variance == "unbiased":
            kept_var = x.var(axis=(0, 2, 3), ddof=1)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * kept_mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * kept_var
    else:
        axes = ()
        mean, var = running_mean.reshape(1, C, 1, 1), running_var.reshape(1, C, 1, 1)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    out = scale * x_hat + shift
    return out, (x_hat, scale, std, axes)


def spatial_batchnorm_backward(dout, cache):
    x_hat, scale, std, axes = cache
    dbeta = dout.sum(axis=(0, 2, 3))
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3))
    dx_hat = dout * scale
    if axes == ():
        return dx_hat / std, dgamma, dbeta
    through_mean = dx_hat.mean(axis=axes, keepdims=True)
    through_var = x_hat * (dx_hat * x_hat).mean(axis=axes, keepdims=True)
    dx = (dx_hat - through_mean - through_var) / std
    return dx, dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
    N, C, H, W = x.shape
    eps = gn_param.get("eps", 1e-5)
    grouped = x.reshape(N, G, C // G, H, W)
    mean = grouped.mean(axis=(2, 3, 4), keepdims=True)
    centred = grouped - grouped.mean(axis=(2, 3, 4), keepdims=True)
    var = np.mean(centred**2, axis=(2, 3, 4), keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = ((grouped - mean) / std).reshape(x.shape)
    out = gamma.reshape(1, C, 1, 1) * x_hat + beta.reshape(1, C, 1, 1)
    return out, (x_hat, gamma, std, G)


def spatial_groupnorm_backward(dout, cache):
    x_hat, gamma, std, G = cache
    N, C, H, W = dout.shape
    dbeta = dout.sum(axis=(0, 2, 3)).reshape(gamma.shape)
    dgamma = (dout * x_hat).sum(axis=(0, 2, 3)).reshape(gamma.shape)
    dx_hat = (dout * gamma.reshape(1, C, 1, 1)).reshape(N, G, C // G, H, W)
    x_hat = x_hat.reshape(N, G, C // G, H, W)
    through_mean = dx_hat.mean(axis=(2, 3, 4), keepdims=True)
    through_var = x_hat * (dx_hat * x_hat).mean(axis=(2, 3, 4), keepdims=True)
    dx = ((dx_hat - through_mean - through_var) / std).reshape(dout.shape)
    return dx, dgamma, dbeta
