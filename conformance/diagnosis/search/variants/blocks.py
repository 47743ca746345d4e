"""Layers in a row."""

import numpy as np


def affine_relu_forward(x, w, b):
    N = x.shape[0]
    a = x.reshape(N, -1) @ w + b
    out = np.maximum(a, 0)
    return out, (x, w, b, a)


def affine_relu_backward(dout, cache):
    x, w, b, a = cache
    N = x.shape[0]
    da = dout * (a > 0)
    dx = (da @ w.T).reshape(x.shape)
    dw = x.reshape(N, -1).T @ da
    db = da.sum(axis=0)
    return dx, dw, db


def affine_bn_relu_forward(x, w, b, gamma, beta, bn_param):
    N = x.shape[0]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    if dialect.momentum == "update":
        momentum = 1 - bn_param.get("momentum", 0.1)
    running_mean = bn_param.get("running_mean", np.zeros(w.shape[1], dtype=x.dtype))
    running_var = bn_param.get("running_var", np.zeros(w.shape[1], dtype=x.dtype))
    a = x.reshape(N, -1) @ w + b
    if bn_param["mode"] == "train":
        mean = a.mean(axis=0)
        var = np.mean((a - mean) ** 2, axis=0)
        kept_var = var
        if dialect.running_variance == "unbiased":
            kept_var = var * N / (N - 1)
        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean
        bn_param["running_var"] = momentum * running_var + (1 - momentum) * kept_var
    else:
        mean = running_mean
        var = running_var
    std = np.sqrt(var + eps)
    x_hat = (a - mean) / std
    h = gamma * x_hat + beta
    out = np.maximum(h, 0)
    return out, (x, w, x_hat, gamma, std, h, bn_param["mode"] == "train")


def affine_bn_relu_backward(dout, cache):
    x, w, x_hat, gamma, std, h, is_train = cache
    N = x.shape[0]
    dh = dout * (h > 0)
    dbeta = dh.sum(axis=0)
    dgamma = (dh * x_hat).sum(axis=0)
    dx_hat = dh * gamma
    da = dx_hat / std
    if is_train:
        da = (dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).mean(axis=0)) / std
    dx = (da @ w.T).reshape(x.shape)
    dw = x.reshape(N, -1).T @ da
    db = da.sum(axis=0)
    return dx, dw, db, dgamma, dbeta


def affine_ln_relu_forward(x, w, b, gamma, beta, ln_param):
    N = x.shape[0]
    eps = ln_param.get("eps", 1e-5)
    a = x.reshape(N, -1) @ w + b
    mean = a.mean(axis=1, keepdims=True)
    var = np.mean((a - mean) ** 2, axis=1, keepdims=True)
    std = np.sqrt(var + eps)
    x_hat = (a - mean) / std
    h = gamma * x_hat + beta
    out = np.maximum(h, 0)
    return out, (x, w, x_hat, gamma, std, h)


def affine_ln_relu_backward(dout, cache):
    x, w, x_hat, gamma, std, h = cache
    N = x.shape[0]
    dh = dout * (h > 0)
    dbeta = dh.sum(axis=0)
    dgamma = (dh * x_hat).sum(axis=0)
    dx_hat = dh * gamma
    da = (dx_hat - dx_hat.mean(axis=1, keepdims=True) - x_hat * (dx_hat * x_hat).mean(axis=1, keepdims=True)) / std
    dx = (da @ w.T).reshape(x.shape)
    dw = x.reshape(N, -1).T @ da
    db = da.sum(axis=0)
    return dx, dw, db, dgamma, dbeta
