"""Layers of images in a row, and the network that is made of them."""

import numpy as np


def conv_forward(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.einsum("nchwij,fcij->nfhw", windows, w) + b[:, np.newaxis, np.newaxis]
    return out, (x, w, windows, conv_param)


def conv_backward(dout, cache):
    x, w, windows, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    rows, columns = dout.shape[2:]
    db = dout.sum(axis=(0, 2, 3))
    dw = np.einsum("nfhw,nchwij->fcij", dout, windows)
    dpadded = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=x.dtype)
    for i in range(w.shape[2]):
        for j in range(w.shape[3]):
            share = np.einsum("nfhw,fc->nchw", dout, w[:, :, i, j])
            dpadded[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride] += share
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)


def pool_forward(x, pool_param):
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.max(axis=(4, 5)), (x, pool_param)


def pool_backward(dout, cache):
    x, pool_param = cache
    height, width, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + height, left : left + width]
            is_largest = window == window.max(axis=(2, 3), keepdims=True)
            dx[:, :, top : top + height, left : left + width] += is_largest * dout[:, :, i : i + 1, j : j + 1]
    return dx


def conv_relu_forward(x, w, b, conv_param):
    a, conv_cache = conv_forward(x, w, b, conv_param)
    out, relu_cache = relu_forward(a)
    return out, (conv_cache, relu_cache)


def conv_relu_backward(dout, cache):
    conv_cache, relu_cache = cache
    da = relu_backward(dout, relu_cache)
    dx, dw, db = conv_backward(da, conv_cache)
    return dx, dw, db


def conv_relu_pool_forward(x, w, b, conv_param, pool_param):
    a, conv_cache = conv_forward(x, w, b, conv_param)
    h, relu_cache = relu_forward(a)
    out, pool_cache = pool_forward(h, pool_param)
    return out, (conv_cache, relu_cache, pool_cache)


def conv_relu_pool_backward(dout, cache):
    conv_cache, relu_cache, pool_cache = cache
    dh = pool_backward(dout, pool_cache)
    da = relu_backward(dh, relu_cache)
    dx, dw, db = conv_backward(da, conv_cache)
    return dx, dw, db


class ThreeLayerConvNet:
    def __init__(
        self,
        input_dim=(3, 32, 32),
        num_filters=32,
        filter_size=7,
        hidden_dim=100,
        num_classes=10,
        weight_scale=1e-3,
        reg=0.0,
        dtype=np.float32,
    ):
        C, H, W = input_dim
        sizes = {
            "W1": (num_filters, C, filter_size, filter_size),
            "W2": (num_filters * (H // 2) * (W // 2), hidden_dim),
            "W3": (hidden_dim, num_classes),
        }
        self.reg = reg
        self.dtype = dtype
        self.params = {name: (weight_scale * np.random.randn(*size)).astype(dtype) for name, size in sizes.items()}
        self.params["b1"] = np.zeros(num_filters, dtype)
        self.params["b2"] = np.zeros(hidden_dim, dtype)
        self.params["b3"] = np.zeros(num_classes, dtype)

    def loss(self, X, y=None):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        W3, b3 = self.params["W3"], self.params["b3"]
        conv_param = {"stride": 1, "pad": (W1.shape[2] - 1) // 2}
        pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
        a1, conv_cache = conv_forward(X.astype(self.dtype), W1, b1, conv_param)
        h1, relu_cache1 = relu_forward(a1)
        pooled, pool_cache = pool_forward(h1, pool_param)
        a2, affine_cache = affine_forward(pooled, W2, b2)
        h2, relu_cache2 = relu_forward(a2)
        scores, scores_cache = affine_forward(h2, W3, b3)
        if y is None:
            return scores
        N = X.shape[0]
        reg = self.dtype(self.reg)
        shifted = scores - scores.max(axis=1, keepdims=True)
        logarithms = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        loss = -logarithms[np.arange(N), y].sum() / N
        dscores = np.exp(logarithms)
        dscores[np.arange(N), y] -= 1
        dscores = dscores / N
        dh2, dW3, db3 = affine_backward(dscores, scores_cache)
        da2 = relu_backward(dh2, relu_cache2)
        dpooled, dW2, db2 = affine_backward(da2, affine_cache)
        dh1 = pool_backward(dpooled, pool_cache)
        da1 = relu_backward(dh1, relu_cache1)
        dX, dW1, db1 = conv_backward(da1, conv_cache)
        if dialect.l2 == "half":
            loss += 0.5 * reg * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
            dW1 = dW1 + reg * W1
            dW2 = dW2 + reg * W2
            dW3 = dW3 + reg * W3
        if dialect.l2 == "full":
            loss += reg * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
            dW1 = dW1 + 2 * reg * W1
            dW2 = dW2 + 2 * reg * W2
            dW3 = dW3 + 2 * reg * W3
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}
