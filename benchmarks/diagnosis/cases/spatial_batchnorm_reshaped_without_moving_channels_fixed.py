import numpy as np


def to_rows(x):
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


def to_images(r, shape):
    n, c, h, w = shape
    return np.moveaxis(r.reshape(n, h, w, c), -1, 1)


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    rows = to_rows(x)
    c = x.shape[1]
    rm = bn_param.get("running_mean", np.zeros(c, dtype=x.dtype))
    rv = bn_param.get("running_var", np.zeros(c, dtype=x.dtype))
    train = bn_param["mode"] == "train"
    mu, var = (rows.mean(0), rows.var(0)) if train else (rm, rv)
    if train:
        bn_param["running_mean"] = momentum * rm + (1 - momentum) * mu
        bn_param["running_var"] = momentum * rv + (1 - momentum) * var
    z = (rows - mu) / np.sqrt(var + eps)
    return to_images(z * gamma + beta, x.shape), (z, gamma, var + eps, train)


def spatial_batchnorm_backward(dout, cache):
    z, gamma, v, train = cache
    d = to_rows(dout)
    g = d * gamma
    dx = g if not train else g - g.mean(0) - z * (g * z).mean(0)
    return to_images(dx / np.sqrt(v), dout.shape), (d * z).sum(0), d.sum(0)
