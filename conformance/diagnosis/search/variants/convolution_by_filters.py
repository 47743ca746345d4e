"""Convolution by columns, the filters first: what comes from above is a row for each filter."""

import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows = (H + 2 * pad - HH) // stride + 1
    columns = (W + 2 * pad - WW) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cols = np.zeros((C * HH * WW, N, rows, columns), x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            cols[:, :, i, j] = window.reshape(N, -1).T
    cols = cols.reshape(C * HH * WW, -1)
    out = w.reshape(F, -1) @ cols + b[:, None]
    out = out.reshape(F, N, rows, columns).transpose(1, 0, 2, 3)
    return out, (x, w, b, conv_param, cols)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param, cols = cache
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows, columns = dout.shape[2:]
    upstream = dout.transpose(1, 0, 2, 3).reshape(F, -1)
    db = np.sum(dout, axis=(0, 2, 3))
    dw = (upstream @ cols.T).reshape(w.shape)
    dcols = w.reshape(F, -1).T @ dout.transpose(1, 0, 2, 3).reshape(F, -1)
    dcols = dcols.reshape(C, HH, WW, N, rows, columns)
    dpadded = np.zeros((N, C, H + 2 * pad, W + 2 * pad), x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = dcols[:, :, :, :, i, j].transpose(3, 0, 1, 2)
            dpadded[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW] += window
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


conv_forward_fast = conv_forward_naive
conv_backward_fast = conv_backward_naive
