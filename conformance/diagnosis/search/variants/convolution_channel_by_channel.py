"""Convolution whose output is added up channel by channel."""

import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows = (H + 2 * pad - HH) // stride + 1
    columns = (W + 2 * pad - WW) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = padded[:, :, top : top + HH, left : left + WW]
            for c in range(C):
                out[:, :, i, j] += window[:, c].reshape(N, -1) @ w[:, c].reshape(F, -1).T
    out = out + b[:, None, None]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded, dw = np.zeros_like(padded), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            top, left = i * stride, j * stride
            window = padded[:, :, top : top + HH, left : left + WW]
            for c in range(C):
                dw[:, c] += (dout[:, :, i, j].T @ window[:, c].reshape(N, -1)).reshape(F, HH, WW)
                own = (dout[:, :, i, j] @ w[:, c].reshape(F, -1)).reshape(N, HH, WW)
                dpadded[:, c, top : top + HH, left : left + WW] += own
    db = np.sum(dout, axis=(0, 2, 3))
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


conv_forward_fast = conv_forward_naive
conv_backward_fast = conv_backward_naive
