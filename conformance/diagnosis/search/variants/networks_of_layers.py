"""Networks of layers, as the second assignment builds them: every step is a call."""

import numpy as np


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def norm_forward(x, gamma, beta, param, axis):
    if param.get("mode") == "test":
        std = np.sqrt(param["running_var"] + 1e-5)
        return gamma * (x - param["running_mean"]) / std + beta, None
    mean = x.mean(axis=axis, keepdims=True)
    var = x.var(axis=axis, keepdims=True)
    std = np.sqrt(var + 1e-5)
    x_hat = (x - mean) / std
    if axis == 0:
        kept_var = var[0]
        if dialect.running_variance == "unbiased":
            kept_var = var[0] * len(x) / (len(x) - 1)
        old_mean = param.get("running_mean", np.zeros(x.shape[1], x.dtype))
        old_var = param.get("running_var", np.zeros(x.shape[1], x.dtype))
        param["running_mean"] = 0.9 * old_mean + x.dtype.type(0.1) * mean[0]
        param["running_var"] = 0.9 * old_var + x.dtype.type(0.1) * kept_var
    return gamma * x_hat + beta, (x_hat, gamma, std, axis)


def norm_backward(dout, cache):
    x_hat, gamma, std, axis = cache
    d = dout * gamma
    through_mean = d.mean(axis=axis, keepdims=True)
    through_var = x_hat * (d * x_hat).mean(axis=axis, keepdims=True)
    return (d - through_mean - through_var) / std, (dout * x_hat).sum(axis=0), dout.sum(axis=0)


def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dialect.dropout_p == "keep":
        keep = p
    if dialect.dropout_p == "drop":
        keep = 1 - p
    if dropout_param["mode"] == "test":
        scale = x.dtype.type(1)
        if dialect.dropout == "vanilla":
            scale = x.dtype.type(keep)
        return x * scale, (None, scale)
    scale = x.dtype.type(1)
    if dialect.dropout == "inverted":
        scale = 1 / x.dtype.type(keep)
    mask = kept(x.shape, keep, dropout_param.get("seed"))
    return np.where(mask, x * scale, 0), (mask, scale)


def dropout_backward(dout, cache):
    mask, scale = cache
    return dout * scale if mask is None else np.where(mask, dout * scale, 0)


def softmax_loss(x, y):
    N = x.shape[0]
    shifted = x - x.max(axis=1, keepdims=True)
    logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    dx = np.exp(logarithms)
    dx[np.arange(N), y] -= 1
    return -logarithms[np.arange(N), y].sum() / N, dx / N


class FullyConnectedNet:
    def __init__(
        self,
        hidden_dims,
        input_dim=3072,
        num_classes=10,
        dropout=None,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
    ):
        sizes = [input_dim, *hidden_dims, num_classes]
        self.reg = reg
        self.dtype = dtype
        self.layers = len(sizes) - 1
        self.normalization = normalization
        self.dropout_param = None if dropout is None else {"p": dropout}
        self.bn_params = [{} for _ in hidden_dims]
        self.params = {}
        for i in range(1, self.layers + 1):
            self.params[f"W{i}"] = (weight_scale * np.random.randn(sizes[i - 1], sizes[i])).astype(dtype)
            self.params[f"b{i}"] = np.zeros(sizes[i], dtype)
            if normalization and i < self.layers:
                self.params[f"gamma{i}"] = np.ones(sizes[i], dtype)
                self.params[f"beta{i}"] = np.zeros(sizes[i], dtype)

    def loss(self, X, y=None):
        params, L = self.params, self.layers
        mode = "test" if y is None else "train"
        axis = 0 if self.normalization == "batchnorm" else 1
        affine, norm, relu, drop = {}, {}, {}, {}
        h = X.astype(self.dtype)
        for i in range(1, L):
            h, affine[i] = affine_forward(h, params[f"W{i}"], params[f"b{i}"])
            if self.normalization:
                if axis == 0:
                    self.bn_params[i - 1]["mode"] = mode
                h, norm[i] = norm_forward(h, params[f"gamma{i}"], params[f"beta{i}"], self.bn_params[i - 1], axis)
            h, relu[i] = relu_forward(h)
            if self.dropout_param:
                h, drop[i] = dropout_forward(h, {**self.dropout_param, "mode": mode})
        scores, affine[L] = affine_forward(h, params[f"W{L}"], params[f"b{L}"])
        if y is None:
            return scores
        loss, dh = softmax_loss(scores, y)
        grads = {}
        dh, dW, db = affine_backward(dh, affine[L])
        grads[f"W{L}"] = dW
        grads[f"b{L}"] = db
        for i in range(L - 1, 0, -1):
            if self.dropout_param:
                dh = dropout_backward(dh, drop[i])
            da = relu_backward(dh, relu[i])
            if self.normalization:
                da, dgamma, dbeta = norm_backward(da, norm[i])
                grads[f"gamma{i}"] = dgamma
                grads[f"beta{i}"] = dbeta
            dh, dW, db = affine_backward(da, affine[i])
            grads[f"W{i}"] = dW
            grads[f"b{i}"] = db
        reg = self.dtype(self.reg)
        for i in range(1, L + 1):
            W = params[f"W{i}"]
            if dialect.l2 == "half":
                loss += 0.5 * reg * np.sum(W**2)
                grads[f"W{i}"] += reg * W
            if dialect.l2 == "full":
                loss += reg * np.sum(W**2)
                grads[f"W{i}"] += 2 * reg * W
        return loss, grads
