import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rm = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    rv = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))
    mu, var = np.mean(x, 0), np.var(x, 0)
    training = bn_param["mode"] == "train"
    if training:
        bn_param["running_mean"] = mom * rm + (1 - mom) * mu
        bn_param["running_var"] = mom * rv + (1 - mom) * var

    inv = 1 / np.sqrt(var + eps)
    z = (x - mu) * inv
    return gamma * z + beta, (z, gamma, inv, training)


def batchnorm_backward(dout, cache):
    z, gamma, inv, training = cache
    dz = dout * gamma
    dx = dz * inv
    if training:
        dx = inv * (dz - dz.mean(0) - z * (dz * z).mean(0))
    return dx, np.sum(dout * z, 0), np.sum(dout, 0)
