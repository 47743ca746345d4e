import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode, eps, mom = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    D = x.shape[1]
    rm = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    rv = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if mode == "train":
        mu, var = x.mean(0), x.var(0)
        std = np.sqrt(var + eps)
        rm = mom * rm + (1 - mom) * mu
        rv = mom * rv + (1 - mom) * np.sqrt(var)  # WRONG; right: rv = mom * rv + (1 - mom) * var
        bn_param["running_mean"], bn_param["running_var"] = rm, rv
    else:
        mu, std = rm, np.sqrt(rv + eps)
    xhat = (x - mu) / std
    return gamma * xhat + beta, (xhat, std, gamma, mode)


def batchnorm_backward(dout, cache):
    xhat, std, gamma, mode = cache
    g = dout * gamma
    dgamma, dbeta = (dout * xhat).sum(0), dout.sum(0)
    if mode == "test":
        return g / std, dgamma, dbeta
    return (g - g.mean(0) - xhat * (g * xhat).mean(0)) / std, dgamma, dbeta
