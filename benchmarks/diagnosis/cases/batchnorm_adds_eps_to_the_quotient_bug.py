import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    D = x.shape[1]
    rm = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    rv = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if mode == "train":
        mu, var = np.mean(x, axis=0), np.var(x, axis=0)
        xhat = (x - mu) / np.sqrt(var) + eps  # WRONG; right: xhat = (x - mu) / np.sqrt(var + eps)
        rm = momentum * rm + (1 - momentum) * mu
        rv = momentum * rv + (1 - momentum) * var
        cache = (x, mu, var, eps, gamma)
    else:
        xhat = (x - rm) / np.sqrt(rv + eps)
        cache = None
    bn_param["running_mean"], bn_param["running_var"] = rm, rv
    return gamma * xhat + beta, cache


def batchnorm_backward(dout, cache):
    x, mu, var, eps, gamma = cache
    m = len(x)
    istd = (var + eps) ** -0.5
    dh = dout * gamma
    dvar = np.sum(dh * (x - mu), axis=0) * -0.5 * istd ** 3
    dmu = -istd * dh.sum(axis=0) - 2 * dvar * (x - mu).mean(axis=0)
    dx = dh * istd + dvar * 2 * (x - mu) / m + dmu / m
    return dx, np.sum(dout * (x - mu) * istd, axis=0), dout.sum(axis=0)
