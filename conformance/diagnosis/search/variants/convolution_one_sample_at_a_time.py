"""Convolution along one axis, one sample after the other."""

import numpy as np


def conv1d_forward(x, w, b, conv_param):
    N, C, T = x.shape
    F, _, K = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    steps = (T + 2 * pad - K) // stride + 1
    out = np.zeros((N, F, steps), x.dtype)
    for n in range(N):
        padded = np.pad(x[n], ((0, 0), (pad, pad)))
        for t in range(steps):
            window = padded[:, t * stride : t * stride + K]
            out[n, :, t] = np.sum(w * window, axis=(1, 2)) + b
    return out, (x, w, conv_param)


def conv1d_backward(dout, cache):
    x, w, conv_param = cache
    N, C, T = x.shape
    F, _, K = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    dx = np.zeros_like(x)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2))
    for n in range(N):
        padded = np.pad(x[n], ((0, 0), (pad, pad)))
        dpadded = np.zeros_like(padded)
        of_sample = np.zeros_like(w)
        for t in range(dout.shape[2]):
            window = padded[:, t * stride : t * stride + K]
            of_sample += dout[n, :, t][:, None, None] * window
            dpadded[:, t * stride : t * stride + K] += np.sum(dout[n, :, t][:, None, None] * w, axis=0)
        dw += of_sample
        dx[n] = dpadded[:, pad : pad + T]
    return dx, dw, db
