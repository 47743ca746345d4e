import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    zeros = np.zeros(x.shape[1], dtype=x.dtype)
    run_m, run_v = bn_param.get("running_mean", zeros), bn_param.get("running_var", zeros)
    if bn_param["mode"] == "test":
        std = np.sqrt(run_v + eps)
        return gamma * (x - run_m) / std + beta, ((x - run_m) / std, gamma, std, True)
    if bn_param["mode"] != "train":
        raise ValueError("train or test")
    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    xn = (x - mu) / np.sqrt(var + eps)
    bn_param["running_mean"] = momentum * run_m + (1 - momentum) * mu
    bn_param["running_var"] = momentum * run_v + (1 - momentum) * var
    return gamma * xn + beta, (xn, gamma, np.sqrt(var + eps))


def batchnorm_backward(dout, cache):
    xn, gamma, std, *fixed = cache
    g = dout * gamma / std
    if not fixed:
        g = g - g.mean(axis=0) - xn * (g * xn).mean(axis=0)
    return g, (xn * dout).sum(axis=0), dout.sum(axis=0)


def batchnorm_backward_alt(dout, cache):
    xn, gamma, std = cache
    n = len(xn)
    dg, db = (xn * dout).sum(axis=0), dout.sum(axis=0)
    dx = gamma * (dout - db / n - xn * dg / n)
    return dx, dg, db
