import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    mean = bn_param.get("running_mean", np.zeros(x.shape[1], dtype=x.dtype))
    var = bn_param.get("running_var", np.zeros(x.shape[1], dtype=x.dtype))
    if bn_param["mode"] == "train":
        m, v = x.mean(axis=0), x.var(axis=0)
        bn_param["running_mean"] = mean * momentum + m * (1 - momentum)
        bn_param["running_var"] = var * momentum + v * (1 - momentum)
        mean, var = m, v
    s = (var + eps) ** -0.5
    n = (x - mean) * s
    out = n * gamma + beta
    return out, (n, out, s, gamma, bn_param["mode"])


def batchnorm_backward(dout, cache):
    n, out, s, gamma, mode = cache
    dgamma = np.einsum("ij,ij->j", dout, n)
    dbeta = np.einsum("ij->j", dout)
    g = dout * gamma
    if mode == "test":
        return g * s, dgamma, dbeta
    return s * (g - g.mean(axis=0) - n * np.mean(g * n, axis=0)), dgamma, dbeta
