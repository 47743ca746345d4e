import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    D = x.shape[1]
    rm = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    rv = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))
    if bn_param["mode"] == "train":
        mu = x.sum(axis=0) / len(x)
        xc = x - mu
        var = (xc * xc).sum(axis=0) / len(x)
        ivar = 1 / np.sqrt(var + eps)
        xn = xc * ivar
        rm = momentum * rm + (1 - momentum) * mu
        rv = momentum * rv + (1 - momentum) * var
        out, cache = gamma * xn + beta, (xc, ivar, xn, gamma)
    else:
        out, cache = gamma * (x - rm) / np.sqrt(rv + eps) + beta, None
    bn_param["running_mean"], bn_param["running_var"] = rm, rv
    return out, cache


def batchnorm_backward(dout, cache):
    xc, ivar, xn, gamma = cache
    N = len(dout)
    dbeta = dout.sum(axis=0)
    dgamma = (dout * xn).sum(axis=0)
    dxn = dout * gamma
    divar = (dxn * xc).sum(axis=0)
    dvar = -0.5 * divar * ivar ** 3
    dxc = dxn * ivar + 2 * xc * dvar / N
    dmu = -dxc.sum(axis=0)
    dx = dxc + dmu / N
    return dx, dgamma, dbeta
