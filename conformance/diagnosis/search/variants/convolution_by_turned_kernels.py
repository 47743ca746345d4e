"""Convolution whose way back to the image is one more: of the stretched gradient, with kernels that are turned round."""

import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    rows = (H + 2 * pad - HH) // stride + 1
    columns = (W + 2 * pad - WW) // stride + 1
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, rows, columns), dtype=x.dtype)
    for i in range(rows):
        for j in range(columns):
            window = padded[:, :, i * stride : i * stride + HH, j * stride : j * stride + WW]
            out[:, :, i, j] = np.tensordot(window, w, axes=((1, 2, 3), (1, 2, 3))) + b
    return out, (x, w, stride, pad)


def conv_backward_naive(dout, cache):
    x, w, stride, pad = cache
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    rows, columns = dout.shape[2:]
    db = dout.sum(axis=(0, 2, 3))
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dw = np.zeros_like(w)
    for k in range(HH):
        for m in range(WW):
            seen = padded[:, :, k : k + stride * rows : stride, m : m + stride * columns : stride]
            dw[:, :, k, m] = np.tensordot(dout, seen, axes=((0, 2, 3), (0, 2, 3)))
    wide = np.zeros((N, F, H + 2 * pad + HH - 1, W + 2 * pad + WW - 1), dtype=dout.dtype)
    wide[:, :, HH - 1 : HH - 1 + stride * rows : stride, WW - 1 : WW - 1 + stride * columns : stride] = dout
    turned = w[:, :, ::-1, ::-1]
    dpadded = np.zeros_like(padded)
    for k in range(HH):
        for m in range(WW):
            seen = wide[:, :, k : k + H + 2 * pad, m : m + W + 2 * pad]
            dpadded += np.tensordot(turned[:, :, k, m], seen, axes=(0, 1)).transpose(1, 0, 2, 3)
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db
