import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    D = x.shape[1]
    rmean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    rvar = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    train = bn_param["mode"] == "train"
    if train:
        mean, var = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = momentum * rmean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * rvar + (1 - momentum) * var
    else:
        mean, var = rmean, rvar
    xmu = x - mean
    sqrtvar = np.sqrt(var + eps)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    return gamma * xhat + beta, (xhat, gamma, xmu, ivar, sqrtvar, train)


def batchnorm_backward(dout, cache):
    xhat, gamma, xmu, ivar, sqrtvar, train = cache
    N = dout.shape[0]
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xhat).sum(axis=0)
    dxhat = dout * gamma
    if not train:
        return dxhat * ivar, dgamma, dbeta
    divar = (dxhat * xmu).sum(axis=0)
    dxmu = dxhat * ivar
    dsqrtvar = -divar / sqrtvar**2
    dvar = 0.5 * ivar * dsqrtvar
    dsq = np.ones_like(dout) * dvar / N
    dxmu = dxmu + 2 * xmu * dsq
    dmu = -dxmu.sum(axis=0)
    return dxmu + dmu / N, dgamma, dbeta
