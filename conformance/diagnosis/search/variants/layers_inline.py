"""Layers whose formulas stand in one line, or whose loops name each place first."""

import numpy as np


def softmax_forward(x):
    power = np.exp(x - np.max(x, axis=-1, keepdims=True))
    s = power / np.sum(power, axis=-1, keepdims=True)
    return s, s


def softmax_backward(dout, cache):
    rows, upstream = cache.reshape(-1, cache.shape[-1]), dout.reshape(-1, dout.shape[-1])
    dx = np.zeros_like(upstream)
    for i in range(len(rows)):
        s = rows[i]
        dx[i] = (np.diag(s) - np.outer(s, s)) @ upstream[i]
    return dx.reshape(dout.shape)


def log_softmax_forward(x):
    largest = x.max(axis=-1, keepdims=True)
    rest = np.log(np.exp(x - largest).sum(axis=-1, keepdims=True))
    out = x - largest - rest
    return out, (x, largest, rest)


def log_softmax_backward(dout, cache):
    x, largest, rest = cache
    dx = dout - np.exp(x - largest - rest) * dout.sum(axis=-1, keepdims=True)
    return dx


def svm_loss(x, y):
    N = len(x)
    rows = np.arange(N)
    margins = np.maximum(x - x[rows, y][:, None] + 1, 0)
    margins[rows, y] = 0
    loss = margins.sum() / N
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] = 0
    dx[rows, y] = -dx.sum(axis=1)
    return loss, dx / N


def adamw(w, dw, config):
    lr, decay, epsilon = config["learning_rate"], config["weight_decay"], config["epsilon"]
    beta1, beta2 = config["beta1"], config["beta2"]
    t = config.get("t", 0) + 1
    m = beta1 * config.get("m", np.zeros_like(w)) + (1 - beta1) * dw
    v = beta2 * config.get("v", np.zeros_like(w)) + (1 - beta2) * dw**2
    config["t"], config["m"], config["v"] = t, m, v
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    if dialect.adamw_eps == "outside":
        step = m_hat / (np.sqrt(v_hat) + epsilon) + decay * w
    if dialect.adamw_eps == "root":
        step = m_hat / np.sqrt(v_hat + epsilon) + decay * w
    return w - lr * step, config


def dropout_forward(x, dropout_param):
    p = float(dropout_param["p"])
    if dialect.dropout_p == "keep":
        keep = p
    if dialect.dropout_p == "drop":
        keep = 1 - p
    out = x.copy()
    if dropout_param["mode"] == "train":
        mask = kept(x.shape, keep, dropout_param.get("seed"))
        if dialect.dropout == "inverted":
            out = np.where(mask, x / keep, 0)
        if dialect.dropout == "vanilla":
            out = np.where(mask, x, 0)
    elif dialect.dropout == "vanilla":
        out = x * keep
    return out, (out, keep, dropout_param["mode"])


def dropout_backward(dout, cache):
    out, keep, mode = cache
    dx = dout.copy()
    if mode == "train":
        mask = out != 0
        dx = dout * mask
        if dialect.dropout == "inverted":
            dx = dx / keep
    elif dialect.dropout == "vanilla":
        dx = dout * keep
    return dx


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            top = i * stride
            left = j * stride
            window = padded[:, :, top : top + HH, left : left + WW]
            out[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, conv_param)


def conv_backward_naive(dout, cache):
    x, w, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    (H, W), (HH, WW) = x.shape[2:], w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            top = i * stride
            left = j * stride
            dw += np.tensordot(dout[:, :, i, j], padded[:, :, top : top + HH, left : left + WW], axes=(0, 0))
            dpadded[:, :, top : top + HH, left : left + WW] += np.tensordot(dout[:, :, i, j], w, axes=(1, 0))
    return dpadded[:, :, pad : pad + H, pad : pad + W], dw, dout.sum(axis=(0, 2, 3))


def max_pool_forward_naive(x, pool_param):
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H - HH) // stride + 1, (W - WW) // stride + 1), dtype=x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            top, left = i * stride, j * stride
            out[:, :, i, j] = x[:, :, top : top + HH, left : left + WW].max(axis=(2, 3))
    return out, (x, pool_param)


def max_pool_backward_naive(dout, cache):
    x, pool_param = cache
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    dx = np.zeros_like(x)
    for n, c, i, j in np.ndindex(*dout.shape):
        top, left = i * stride, j * stride
        place = x[n, c, top : top + HH, left : left + WW].argmax()
        dx[n, c, top + place // WW, left + place % WW] += dout[n, c, i, j]
    return dx


def max_pool_forward_fast(x, pool_param):
    HH, WW, stride = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    windows = np.lib.stride_tricks.sliding_window_view(x, (HH, WW), axis=(2, 3))[:, :, ::stride, ::stride]
    flat = windows.reshape(*windows.shape[:4], HH * WW)
    return flat.max(axis=-1), (x.shape, flat.argmax(axis=-1), pool_param)


def max_pool_backward_fast(dout, cache):
    (N, C, H, W), entries, pool_param = cache
    WW, stride = pool_param["pool_width"], pool_param["stride"]
    rows = entries // WW + stride * np.arange(dout.shape[2])[:, None]
    columns = entries % WW + stride * np.arange(dout.shape[3])
    places = rows * W + columns
    images = np.arange(N * C)[:, None]
    dx = np.zeros((N * C, H * W), dtype=dout.dtype)
    np.add.at(dx, (images, places.reshape(N * C, -1)), dout.reshape(N * C, -1))
    return dx.reshape(N, C, H, W)
