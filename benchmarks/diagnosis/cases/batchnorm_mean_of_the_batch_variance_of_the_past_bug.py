import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.setdefault("running_mean", np.zeros(x.shape[1], x.dtype))
    rv = bn_param.setdefault("running_var", np.zeros(x.shape[1], x.dtype))
    mu, var = rm, rv
    if bn_param["mode"] == "train":
        mu = np.average(x, axis=0)
        xc = x - mu
        batch_var = np.average(xc * xc, axis=0)
        bn_param["running_mean"] = mom * rm + (1 - mom) * mu
        bn_param["running_var"] = mom * rv + (1 - mom) * batch_var
        var = bn_param["running_var"]  # WRONG; right: var = batch_var
    x_norm = (x - mu) / np.sqrt(var + eps)
    return x_norm * gamma + beta, (x_norm, np.sqrt(var + eps), gamma, bn_param["mode"])


def batchnorm_backward(dout, cache):
    xhat, std, gamma, mode = cache
    g = dout * gamma
    dgamma, dbeta = (dout * xhat).sum(0), dout.sum(0)
    if mode == "test":
        return g / std, dgamma, dbeta
    return (g - g.mean(0) - xhat * (g * xhat).mean(0)) / std, dgamma, dbeta
