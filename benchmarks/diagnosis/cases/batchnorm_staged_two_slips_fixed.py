import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.setdefault("running_mean", np.zeros(x.shape[1], x.dtype))
    rv = bn_param.setdefault("running_var", np.zeros(x.shape[1], x.dtype))
    train = bn_param["mode"] == "train"
    mu = x.mean(axis=0) if train else rm
    xmu = x - mu
    sq = xmu**2
    var = sq.mean(axis=0) if train else rv
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    if train:
        bn_param["running_mean"] = mom * rm + (1 - mom) * mu
        bn_param["running_var"] = mom * rv + (1 - mom) * var
    return gamma * xhat + beta, (xhat, gamma, xmu, ivar, sqrtvar, var, eps, train)


def batchnorm_backward(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, var, eps, train = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * gamma
    if not train:
        return dxhat * ivar, dgamma, dbeta
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = -1.0 / sqrtvar**2 * divar
    dvar = 0.5 * 1.0 / sqrtvar * dsqrtvar
    dsq = np.ones_like(dout) * dvar / N
    dxmu2 = 2 * xmu * dsq
    dx1 = dxmu1 + dxmu2
    dmu = -1 * np.sum(dx1, axis=0)
    return dx1 + dmu / N, dgamma, dbeta
