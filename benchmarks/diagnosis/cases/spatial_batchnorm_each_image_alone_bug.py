import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    N, C, H, W = x.shape
    rm, rv = bn_param.get("running_mean", np.zeros(C, x.dtype)), bn_param.get("running_var", np.zeros(C, x.dtype))
    g, b = gamma.reshape(1, C, 1, 1), beta.reshape(1, C, 1, 1)
    if bn_param["mode"] == "test":
        return g * (x - rm.reshape(1, C, 1, 1)) / np.sqrt(rv.reshape(1, C, 1, 1) + eps) + b, None
    mean, var = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    bn_param["running_mean"] = momentum * rm + (1 - momentum) * mean.reshape(C)
    bn_param["running_var"] = momentum * rv + (1 - momentum) * var.reshape(C)
    mean, var = x.mean(axis=(2, 3), keepdims=True), x.var(axis=(2, 3), keepdims=True)  # WRONG; right: pass
    xhat = (x - mean) / np.sqrt(var + eps)
    return g * xhat + b, (x, gamma, eps)


def spatial_batchnorm_backward(dout, cache):
    x, gamma, eps = cache
    ax = (0, 2, 3)
    mean, var = x.mean(axis=ax, keepdims=True), x.var(axis=ax, keepdims=True)
    std = np.sqrt(var + eps)
    xhat = (x - mean) / std
    d = dout * gamma.reshape(1, -1, 1, 1)
    dx = (d - d.mean(axis=ax, keepdims=True) - xhat * (d * xhat).mean(axis=ax, keepdims=True)) / std
    return dx, (dout * xhat).sum(axis=ax), dout.sum(axis=ax)
