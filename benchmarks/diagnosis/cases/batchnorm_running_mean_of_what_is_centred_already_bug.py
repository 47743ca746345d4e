import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1], x.dtype))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1], x.dtype))
    cache = None
    if mode == "train":
        sample_mean = x.mean(axis=0)
        x = x - sample_mean
        sample_var = (x ** 2).mean(axis=0)
        std = np.sqrt(sample_var + eps)
        x_norm = x / std
        out = x_norm * gamma + beta
        running_mean = momentum * running_mean + (1 - momentum) * x.mean(axis=0)  # WRONG; right: running_mean = momentum * running_mean + (1 - momentum) * sample_mean
        running_var = momentum * running_var + (1 - momentum) * sample_var
        cache = (x_norm, std, gamma)
    elif mode == "test":
        out = (x - running_mean) / np.sqrt(running_var + eps) * gamma + beta
    else:
        raise ValueError('Invalid forward batchnorm mode "%s"' % mode)
    bn_param["running_mean"] = running_mean
    bn_param["running_var"] = running_var
    return out, cache


def batchnorm_backward(dout, cache):
    x_norm, std, gamma = cache
    dgamma, dbeta = (dout * x_norm).sum(axis=0), dout.sum(axis=0)
    dx = gamma / std * (dout - dbeta / len(dout) - x_norm * dgamma / len(dout))
    return dx, dgamma, dbeta
