"""Convolution as one matrix product of columns, an image a row of blocks; and written out over the kernel's entries."""

import numpy as np


def im2col(x, HH, WW, stride, pad):
    N, C, H, W = x.shape
    rows = (H + 2 * pad - HH) // stride + 1
    columns = (W + 2 * pad - WW) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    cols = np.zeros((N, C, HH, WW, rows, columns), dtype=x.dtype)
    for k in range(HH):
        for m in range(WW):
            cols[:, :, k, m] = padded[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride]
    return cols.transpose(0, 4, 5, 1, 2, 3).reshape(N * rows * columns, C * HH * WW)


def col2im(dcols, shape, HH, WW, stride, pad):
    N, C, H, W = shape
    rows = (H + 2 * pad - HH) // stride + 1
    columns = (W + 2 * pad - WW) // stride + 1
    dcols = dcols.reshape(N, rows, columns, C, HH, WW).transpose(0, 3, 4, 5, 1, 2)
    dpadded = np.zeros((N, C, H + 2 * pad, W + 2 * pad), dtype=dcols.dtype)
    for k in range(HH):
        for m in range(WW):
            dpadded[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride] += dcols[:, :, k, m]
    return dpadded[:, :, pad : pad + H, pad : pad + W]


def conv_forward_fast(x, w, b, conv_param):
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows = (H + 2 * pad - HH) // stride + 1
    columns = (W + 2 * pad - WW) // stride + 1
    cols = im2col(x, HH, WW, stride, pad)
    out = cols @ w.reshape(F, -1).T + b
    out = out.reshape(N, rows, columns, F).transpose(0, 3, 1, 2)
    return out, (x, w, b, conv_param, cols)


def conv_backward_fast(dout, cache):
    x, w, b, conv_param, cols = cache
    F, C, HH, WW = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    flat = dout.transpose(0, 2, 3, 1).reshape(-1, F)
    dw = (flat.T @ cols).reshape(w.shape)
    dcols = flat @ w.reshape(F, -1)
    dx = col2im(dcols, x.shape, HH, WW, stride, pad)
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db
