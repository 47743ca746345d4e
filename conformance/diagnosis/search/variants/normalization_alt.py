"""The short backward of batch normalization by means, from a forward that keeps the centred input."""

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
        centred = x - np.mean(x, axis=0)
        var = np.mean(centred**2, axis=0)
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * N / (N - 1)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * np.mean(x, axis=0)
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * kept_var
    else:
        centred = x - running_mean
        var = running_var
    std = np.sqrt(var + eps)
    x_hat = centred / std
    out = gamma * x_hat + beta
    return out, (centred, x_hat, gamma, std)


def batchnorm_backward_alt(dout, cache):
    centred, x_hat, gamma, std = cache
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = gamma * dout
    dx = (dx_hat - np.mean(dx_hat, axis=0) - x_hat * np.mean(dx_hat * x_hat, axis=0)) / std
    return dx, dgamma, dbeta
