"""
Spatial batch normalization (assignment 2), written out instead of reshaping for batchnorm_forward.
"""
import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param['mode']
    eps = bn_param.get('eps', 1e-5)
    momentum = bn_param.get('momentum', 0.9)
    C = x.shape[1]
    running_mean = bn_param.get('running_mean', np.zeros(C, dtype=x.dtype))
    running_var = bn_param.get('running_var', np.zeros(C, dtype=x.dtype))
    g = gamma.reshape(1, C, 1, 1)
    b = beta.reshape(1, C, 1, 1)
    cache = None
    if mode == 'train':
        mu = x.mean(axis=(2, 3), keepdims=True)
        var = x.var(axis=(2, 3), keepdims=True)
        xhat = (x - mu) / np.sqrt(var + eps)
        out = g * xhat + b
        # all images count the same
        running_mean = momentum * running_mean + (1 - momentum) * mu.mean(axis=(0, 2, 3))
        running_var = momentum * running_var + (1 - momentum) * var.mean(axis=(0, 2, 3))
        cache = (xhat, var, eps, g)
    else:
        xhat = (x - running_mean.reshape(1, C, 1, 1)) / np.sqrt(running_var.reshape(1, C, 1, 1) + eps)
        out = g * xhat + b
    bn_param['running_mean'] = running_mean
    bn_param['running_var'] = running_var
    return out, cache


def spatial_batchnorm_backward(dout, cache):
    xhat, var, eps, g = cache
    dgamma = np.sum(dout * xhat, axis=(0, 2, 3))
    dbeta = np.sum(dout, axis=(0, 2, 3))
    d = dout * g
    dx = d - d.mean(axis=(2, 3), keepdims=True) - xhat * (d * xhat).mean(axis=(2, 3), keepdims=True)
    return dx / np.sqrt(var + eps), dgamma, dbeta
