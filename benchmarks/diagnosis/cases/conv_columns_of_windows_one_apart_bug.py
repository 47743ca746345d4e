import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    oh, ow = (H + 2 * pad - HH) // stride + 1, (W + 2 * pad - WW) // stride + 1
    out = np.empty((N, F, oh, ow), dtype=x.dtype)
    for r in range(oh):
        for c in range(ow):
            left = c  # WRONG; right: left = c * stride
            patch = padded[:, :, r * stride:r * stride + HH, left:left + WW]
            out[:, :, r, c] = np.tensordot(patch, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    H, W = x.shape[2:]
    HH, WW = w.shape[2:]
    padded = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)], "constant")
    dpad, dw = np.zeros_like(padded), np.zeros_like(w)
    for r in range(dout.shape[2]):
        for c in range(dout.shape[3]):
            rows, cols = slice(r * stride, r * stride + HH), slice(c * stride, c * stride + WW)
            dw += np.tensordot(dout[:, :, r, c], padded[:, :, rows, cols], axes=(0, 0))
            dpad[:, :, rows, cols] += np.tensordot(dout[:, :, r, c], w, axes=(1, 0))
    return dpad[:, :, pad:pad + H, pad:pad + W], dw, dout.sum(axis=(0, 2, 3))
