"""Homework 3: my layers, all in one file. Checked against numeric gradients in the notebook."""
import numpy as np


# ---------------------------------------------------------------- fully connected

def affine_forward(X, W, b):
    num_train = X.shape[0]
    X_flat = X.reshape(num_train, -1)
    scores = X_flat @ W
    scores = scores + b
    return scores, (X, W)


def affine_backward(d_scores, cache):
    X, W = cache
    X_flat = X.reshape(X.shape[0], -1)
    d_W = X_flat.T @ d_scores
    d_b = d_scores.sum(0)
    d_X = (d_scores @ W.T).reshape(X.shape)
    return d_X, d_W, d_b


# ---------------------------------------------------------------- nonlinearities

def relu_forward(z):
    h = np.maximum(z, 0.0)
    return h, h


def relu_backward(dh, h):
    # h > 0 exactly where z > 0, so there is no need to keep z
    dz = dh.copy()
    dz[h <= 0] = 0
    return dz


def sigmoid_forward(z):
    # two branches, otherwise exp overflows for large |z|
    s = np.empty_like(z)
    pos = z >= 0
    s[pos] = 1.0 / (1.0 + np.exp(-z[pos]))
    e = np.exp(z[~pos])
    s[~pos] = e / (1.0 + e)
    return s, s


def sigmoid_backward(ds, s):
    return ds * s * (1.0 - s)


# ---------------------------------------------------------------- batchnorm

def batchnorm_forward(x, gamma, beta, bn_param):
    mode = bn_param["mode"]
    eps = bn_param.get("eps", 1e-5)
    momentum = bn_param.get("momentum", 0.9)
    if mode not in ("train", "test"):
        raise ValueError("bn_param['mode'] has to be train or test, not %r" % (mode,))

    if mode == "test":
        x_norm = (x - bn_param["running_mean"]) / np.sqrt(bn_param["running_var"] + eps)
        return gamma * x_norm + beta, None

    batch_mean, batch_var = x.mean(0), x.var(0)
    inv_std = 1.0 / np.sqrt(batch_var + eps)
    x_norm = (x - batch_mean) * inv_std

    # the averages start at zero
    old_mean = bn_param.get("running_mean", np.zeros_like(batch_mean))
    old_var = bn_param.get("running_var", np.zeros_like(batch_var))
    bn_param["running_mean"] = momentum * old_mean + (1 - momentum) * batch_mean
    bn_param["running_var"] = momentum * old_var + (1 - momentum) * batch_var

    return gamma * x_norm + beta, (x_norm, inv_std, gamma)


def batchnorm_backward(dout, cache):
    x_norm, inv_std, gamma = cache
    d_gamma = (dout * x_norm).sum(0)
    d_beta = dout.sum(0)
    d_norm = dout * gamma
    # the mean and the variance depend on every row
    dx = d_norm - d_norm.mean(0) - x_norm * (d_norm * x_norm).mean(0)
    dx = dx * inv_std
    return dx, d_gamma, d_beta


# ---------------------------------------------------------------- dropout

def dropout_forward(x, dropout_param):
    keep = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x, None
    rng = np.random.default_rng(dropout_param.get("seed"))
    scaled_mask = (rng.random(x.shape) < keep).astype(x.dtype) / keep
    return x * scaled_mask, scaled_mask


def dropout_backward(dout, scaled_mask):
    if scaled_mask is None:
        return dout
    return dout * scaled_mask


# ---------------------------------------------------------------- loss

def softmax_loss(scores, y):
    n = len(y)
    shifted = scores - scores.max(axis=1, keepdims=True)
    exps = np.exp(shifted)
    sums = exps.sum(axis=1, keepdims=True)
    loss = (np.log(sums[:, 0]) - shifted[np.arange(n), y]).mean()
    d_scores = exps / sums
    d_scores[np.arange(n), y] -= 1
    return loss, d_scores / n
