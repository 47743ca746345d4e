"""The backward node by node, the root and the inverse apart, as the walk back through the graph has it."""

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
        centred = x - mean
        var = np.mean(centred**2, axis=0)
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * N / (N - 1)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * kept_var
    else:
        centred = x - running_mean
        var = running_var
    std = np.sqrt(var + eps)
    inverse = 1 / std
    x_hat = centred * inverse
    out = gamma * x_hat + beta
    return out, (x_hat, gamma, centred, inverse, std, bn_param["mode"] == "train")


def batchnorm_backward(dout, cache):
    x_hat, gamma, centred, inverse, std, is_train = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * x_hat, axis=0)
    dx_hat = dout * gamma
    if not is_train:
        return dx_hat * inverse, dgamma, dbeta
    dinverse = np.sum(dx_hat * centred, axis=0)
    dcentred = dx_hat * inverse
    dstd = -dinverse / std**2
    dvar = 0.5 / std * dstd
    dsquare = np.ones_like(dout) / N * dvar
    dcentred = dcentred + 2 * centred * dsquare
    dmean = -np.sum(dcentred, axis=0)
    dx = dcentred + dmean / N
    return dx, dgamma, dbeta
