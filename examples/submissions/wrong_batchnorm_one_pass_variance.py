"""
CS231n style layers.

I tried to touch the data as few times as possible.
"""

import numpy as np


def affine_forward(x, w, b):
    """x (N, d1, ..., dk), w (D, M), b (M,) -> out (N, M)"""
    D = w.shape[0]
    return np.matmul(x.reshape(-1, D), w) + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    D = w.shape[0]
    return np.matmul(dout, w.T).reshape(x.shape), np.matmul(x.reshape(-1, D).T, dout), np.sum(dout, axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, x):
    dx = np.array(dout, copy=True)
    dx[x <= 0] = 0
    return dx


def batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalization over axis 0."""
    mode = bn_param["mode"]
    eps, momentum = bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    D = x.shape[1]
    running_mean = bn_param.get("running_mean", np.zeros(D, dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(D, dtype=x.dtype))

    if mode == "train":
        # Var[x] = E[x^2] - E[x]^2
        mean = np.mean(x, axis=0)
        mean_sq = np.mean(x * x, axis=0)
        var = mean_sq - mean * mean

        istd = 1.0 / np.sqrt(var + eps)
        xhat = (x - mean) * istd
        out = xhat * gamma + beta

        bn_param["running_mean"] = running_mean * momentum + mean * (1 - momentum)
        bn_param["running_var"] = running_var * momentum + var * (1 - momentum)
        return out, (xhat, istd, gamma)

    if mode == "test":
        istd = 1.0 / np.sqrt(running_var + eps)
        return (x - running_mean) * istd * gamma + beta, None

    raise ValueError(mode)


def batchnorm_backward(dout, cache):
    xhat, istd, gamma = cache
    N = dout.shape[0]
    dgamma = np.sum(xhat * dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx = gamma * istd * (dout - (dbeta + xhat * dgamma) / N)
    return dx, dgamma, dbeta


def dropout_forward(x, dropout_param):
    if dropout_param["mode"] == "test":
        return x, (dropout_param, None)
    p = dropout_param["p"]
    rng = np.random.RandomState(dropout_param.get("seed"))
    mask = np.asarray((rng.uniform(size=x.shape) < p) / p, dtype=x.dtype)
    return x * mask, (dropout_param, mask)


def dropout_backward(dout, cache):
    _, mask = cache
    return dout if mask is None else dout * mask


def softmax_loss(x, y):
    N = x.shape[0]
    x = x - x.max(axis=1)[:, np.newaxis]
    e = np.exp(x)
    s = e.sum(axis=1)
    loss = np.sum(np.log(s) - x[np.arange(N), y]) / N
    dx = e / s[:, np.newaxis]
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
