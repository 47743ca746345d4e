"""Layers of transformers and of images, as texts have them."""

import numpy as np


def feed_forward_forward(x, W1, b1, W2, b2):
    inner = x @ W1 + b1
    hidden = np.maximum(inner, 0)
    out = hidden @ W2 + b2
    return out, (x, inner, hidden, W1, W2)


def feed_forward_backward(dout, cache):
    x, inner, hidden, W1, W2 = cache
    rows = x.reshape(-1, x.shape[-1])
    upstream = dout.reshape(-1, dout.shape[-1])
    inner = inner.reshape(-1, inner.shape[-1])
    hidden = hidden.reshape(inner.shape)
    dW2 = hidden.T @ upstream
    db2 = np.sum(upstream, axis=0)
    dhidden = upstream @ W2.T
    dinner = dhidden * (inner > 0)
    dW1 = rows.T @ dinner
    db1 = np.sum(dinner, axis=0)
    dx = (dinner @ W1.T).reshape(x.shape)
    return dx, dW1, db1, dW2, db2


def residual_feed_forward_forward(x, W1, b1, W2, b2):
    inner = x @ W1 + b1
    hidden = np.maximum(inner, 0)
    out = x + hidden @ W2 + b2
    return out, (x, inner, hidden, W1, W2)


def residual_feed_forward_backward(dout, cache):
    x, inner, hidden, W1, W2 = cache
    rows = x.reshape(-1, x.shape[-1])
    upstream = dout.reshape(-1, dout.shape[-1])
    inner = inner.reshape(-1, inner.shape[-1])
    hidden = hidden.reshape(inner.shape)
    dW2 = hidden.T @ upstream
    db2 = np.sum(upstream, axis=0)
    dhidden = upstream @ W2.T
    dinner = dhidden * (inner > 0)
    dW1 = rows.T @ dinner
    db1 = np.sum(dinner, axis=0)
    dx = dout + (dinner @ W1.T).reshape(x.shape)
    return dx, dW1, db1, dW2, db2


def rmsnorm_forward(x, gamma, eps=1e-6):
    rms = np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps)
    x_hat = x / rms
    out = gamma * x_hat
    return out, (x, rms, gamma)


def rmsnorm_backward(dout, cache):
    x, rms, gamma = cache
    x_hat = x / rms
    dgamma = np.sum(dout * x_hat, axis=tuple(range(dout.ndim - 1)))
    dx_hat = dout * gamma
    dx = (dx_hat - x_hat * np.mean(dx_hat * x_hat, axis=-1, keepdims=True)) / rms
    return dx, dgamma


def flatten_forward(x):
    out = x.reshape(x.shape[0], -1)
    return out, x.shape


def flatten_backward(dout, cache):
    dx = dout.reshape(cache)
    return dx


def upsample_forward(x, scale):
    out = np.repeat(np.repeat(x, scale, axis=2), scale, axis=3)
    return out, (x.shape, scale)


def upsample_backward(dout, cache):
    (N, C, H, W), scale = cache
    dx = np.sum(dout.reshape(N, C, H, scale, W, scale), axis=(3, 5))
    return dx


def global_avg_pool_forward(x):
    out = np.mean(x, axis=(2, 3))
    return out, x.shape


def global_avg_pool_backward(dout, cache):
    N, C, H, W = cache
    dx = np.zeros(cache, dout.dtype)
    dx += dout[:, :, None, None] / (H * W)
    return dx


def span(i, size, parts):
    return i * size // parts, int(np.ceil((i + 1) * size / parts))


def adaptive_avg_pool_forward(x, output_size):
    N, C, H, W = x.shape
    out = np.zeros((N, C, output_size, output_size), x.dtype)
    for i in range(output_size):
        for j in range(output_size):
            top, bottom = span(i, H, output_size)
            left, right = span(j, W, output_size)
            out[:, :, i, j] = np.mean(x[:, :, top:bottom, left:right], axis=(2, 3))
    return out, (x.shape, output_size)


def adaptive_avg_pool_backward(dout, cache):
    (N, C, H, W), output_size = cache
    dx = np.zeros((N, C, H, W), dout.dtype)
    for i in range(output_size):
        for j in range(output_size):
            top, bottom = span(i, H, output_size)
            left, right = span(j, W, output_size)
            share = dout[:, :, i, j] / ((bottom - top) * (right - left))
            dx[:, :, top:bottom, left:right] += share[:, :, None, None]
    return dx


def conv1d_forward(x, w, b, conv_param):
    N, C, T = x.shape
    F, _, K = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    steps = (T + 2 * pad - K) // stride + 1
    out = np.zeros((N, F, steps), x.dtype)
    for t in range(steps):
        window = padded[:, :, t * stride : t * stride + K]
        out[:, :, t] = np.einsum("nck,fck->nf", window, w) + b
    return out, (x, w, conv_param)


def conv1d_backward(dout, cache):
    x, w, conv_param = cache
    N, C, T = x.shape
    F, _, K = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    dpadded = np.zeros_like(padded)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2))
    for t in range(dout.shape[2]):
        window = padded[:, :, t * stride : t * stride + K]
        dw += np.einsum("nf,nck->fck", dout[:, :, t], window)
        dpadded[:, :, t * stride : t * stride + K] += np.einsum("nf,fck->nck", dout[:, :, t], w)
    dx = dpadded[:, :, pad : pad + T]
    return dx, dw, db


def conv_transpose_forward(x, w, b, conv_param):
    N, C, H, W = x.shape
    _, F, HH, WW = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    height = stride * (H - 1) + HH
    width = stride * (W - 1) + WW
    whole = np.zeros((N, F, height, width), x.dtype)
    for i in range(H):
        for j in range(W):
            kernels = np.einsum("nc,cfkl->nfkl", x[:, :, i, j], w)
            whole[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW] += kernels
    out = whole[:, :, pad : height - pad, pad : width - pad] + b[:, None, None]
    return out, (x, w, conv_param)


def conv_transpose_backward(dout, cache):
    x, w, conv_param = cache
    N, C, H, W = x.shape
    _, F, HH, WW = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    whole = np.pad(dout, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for i in range(H):
        for j in range(W):
            seen = whole[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            dx[:, :, i, j] = np.einsum("nfkl,cfkl->nc", seen, w)
            dw += np.einsum("nc,nfkl->cfkl", x[:, :, i, j], seen)
    return dx, dw, db


def padded_embedding_forward(x, W, padding_idx):
    out = W[x]
    return out, (x, W, padding_idx)


def padded_embedding_backward(dout, cache):
    x, W, padding_idx = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)
    dW[padding_idx] = 0
    return dW
