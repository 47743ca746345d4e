import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    D = x.shape[1]
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean = bn_param.get("running_mean", np.zeros(D, x.dtype))
    var = bn_param.get("running_var", np.ones(D, x.dtype))  # WRONG; right: var = bn_param.get("running_var", np.zeros(D, x.dtype))
    if bn_param["mode"] == "train":
        mu = x.mean(axis=0)
        diff = x - mu
        v = np.mean(diff * diff, axis=0)
        mean = mean * momentum + mu * (1 - momentum)
        var = var * momentum + v * (1 - momentum)
        inv = 1 / np.sqrt(v + eps)
        cache = (diff, inv, gamma)
        out = gamma * diff * inv + beta
    else:
        cache, out = None, gamma * (x - mean) / np.sqrt(var + eps) + beta
    bn_param["running_mean"], bn_param["running_var"] = mean, var
    return out, cache


def batchnorm_backward(dout, cache):
    diff, inv, gamma = cache
    xn = diff * inv
    d = gamma * dout
    dx = inv * (d - d.mean(axis=0) - xn * np.mean(d * xn, axis=0))
    return dx, np.sum(xn * dout, axis=0), np.sum(dout, axis=0)
