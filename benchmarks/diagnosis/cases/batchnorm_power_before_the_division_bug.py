import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, rho = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    rv = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    if bn_param["mode"] == "test":
        return gamma * ((x - rm) / (rv + eps) ** 0.5) + beta, None
    mu, var = x.mean(0), x.var(0)
    rm, rv = rho * rm + (1 - rho) * mu, rho * rv + (1 - rho) * var
    bn_param["running_mean"], bn_param["running_var"] = rm, rv
    xn = (x - mu) / (var + eps) ** 0.5
    return gamma * xn + beta, (x, xn, mu, var, gamma, eps)


def batchnorm_backward(dout, cache):
    x, xn, mu, var, gamma, eps = cache
    m = len(x)
    dxn = dout * gamma
    dvar = np.sum(dxn * (x - mu) * -0.5 * (var + eps) ** -3 / 2, axis=0)  # WRONG; right: dvar = np.sum(dxn * (x - mu) * -0.5 * (var + eps) ** (-1.5), axis=0)
    dmu = -np.sum(dxn, axis=0) / np.sqrt(var + eps) + dvar * np.mean(-2.0 * (x - mu), axis=0)
    dx = dxn / np.sqrt(var + eps) + dvar * 2.0 * (x - mu) / m + dmu / m
    return dx, (dout * xn).sum(0), dout.sum(0)
