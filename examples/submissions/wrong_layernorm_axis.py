"""Assignment 2: fully connected networks, normalization layers."""
import numpy as np


# a small helper, because both normalizations do the same thing
def _normalize(x, gamma, beta, eps):
    mean = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, mean, var, (x_hat, std, gamma)


def _normalize_grad(dout, cache):
    x_hat, std, gamma = cache
    m = dout.shape[0]
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = gamma / (m * std) * (m * dout - dbeta - x_hat * dgamma)
    return dx, dgamma, dbeta


def affine_forward(x, w, b):
    m = x.shape[0]
    out = x.reshape(m, -1) @ w + b
    return out, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    m = x.shape[0]
    dx = (dout @ w.T).reshape(x.shape)
    dw = x.reshape(m, -1).T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, cache):
    dx = np.zeros_like(dout)
    fired = cache > 0
    dx[fired] = dout[fired]
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    d = x.shape[1]
    bn_param.setdefault("running_mean", np.zeros(d, dtype=x.dtype))
    bn_param.setdefault("running_var", np.zeros(d, dtype=x.dtype))
    if bn_param["mode"] == "train":
        out, mean, var, cache = _normalize(x, gamma, beta, eps)
        bn_param["running_mean"] = momentum * bn_param["running_mean"] + (1 - momentum) * mean
        bn_param["running_var"] = momentum * bn_param["running_var"] + (1 - momentum) * var
        return out, cache
    if bn_param["mode"] == "test":
        x_hat = (x - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps)
        return gamma * x_hat + beta, None
    raise ValueError("bad mode")


def batchnorm_backward(dout, cache):
    return _normalize_grad(dout, cache)


def layernorm_forward(x, gamma, beta, ln_param):
    # no running averages and no modes here
    out, _, _, cache = _normalize(x, gamma, beta, ln_param.get("eps", 1e-5))
    return out, cache


def layernorm_backward(dout, cache):
    return _normalize_grad(dout, cache)


def softmax_loss(x, y):
    m = x.shape[0]
    x = x - x.max(axis=1, keepdims=True)
    log_p = x - np.log(np.exp(x).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(m), y].mean()
    dx = np.exp(log_p)
    dx[np.arange(m), y] -= 1
    return loss, dx / m
