import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    eps, mom = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    bn_param.setdefault("running_mean", np.zeros_like(gamma))
    bn_param.setdefault("running_var", np.zeros_like(gamma))
    if bn_param["mode"] == "test":
        x_hat = (x - bn_param["running_mean"]) / (bn_param["running_var"] + eps)  # WRONG; right: x_hat = (x - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps)
        return gamma * x_hat + beta, None
    mean = np.average(x, axis=0)
    var = np.average((x - mean) ** 2, axis=0)
    bn_param["running_mean"] = mom * bn_param["running_mean"] + (1.0 - mom) * mean
    bn_param["running_var"] = mom * bn_param["running_var"] + (1.0 - mom) * var
    inv = 1.0 / np.sqrt(var + eps)
    x_hat = (x - mean) * inv
    return gamma * x_hat + beta, (x_hat, inv, gamma)


def batchnorm_backward(dout, cache):
    x_hat, inv, gamma = cache
    N = dout.shape[0]
    dgamma = np.einsum("nd,nd->d", dout, x_hat)
    dbeta = np.einsum("nd->d", dout)
    dx = (gamma * inv / N) * (N * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta
