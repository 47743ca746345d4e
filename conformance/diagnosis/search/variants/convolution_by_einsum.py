"""Convolutions as one product of all windows, and written back entry by entry of the kernel."""

import numpy as np


def places(k, stride, steps):
    return slice(k, k + stride * (steps - 1) + 1, stride)


def conv_forward_naive(x, w, b, conv_param):
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (HH, WW), axis=(2, 3))[:, :, ::stride, ::stride]
    out = np.einsum("nchwkl,fckl->nfhw", windows, w) + b[:, None, None]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    (N, C, H, W), (F, _, HH, WW) = x.shape, w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dpadded = np.zeros_like(padded)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    for k in range(HH):
        for m in range(WW):
            rows, columns = places(k, stride, dout.shape[2]), places(m, stride, dout.shape[3])
            seen = padded[:, :, rows, columns]
            dw[:, :, k, m] = np.einsum("nfhw,nchw->fc", dout, seen)
            dpadded[:, :, rows, columns] += np.einsum("nfhw,fc->nchw", dout, w[:, :, k, m])
    dx = dpadded[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


conv_forward_fast = conv_forward_naive
conv_backward_fast = conv_backward_naive


def conv1d_forward(x, w, b, conv_param):
    N, C, T = x.shape
    F, _, K = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, K, axis=2)[:, :, ::stride]
    out = np.einsum("nctk,fck->nft", windows, w) + b[:, None]
    return out, (x, w, b, conv_param)


def conv1d_backward(dout, cache):
    x, w, b, conv_param = cache
    N, C, T = x.shape
    F, _, K = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad)))
    dpadded = np.zeros_like(padded)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2))
    for k in range(K):
        steps = places(k, stride, dout.shape[2])
        dw[:, :, k] = np.einsum("nft,nct->fc", dout, padded[:, :, steps])
        dpadded[:, :, steps] += np.einsum("nft,fc->nct", dout, w[:, :, k])
    dx = dpadded[:, :, pad : pad + T]
    return dx, dw, db


def conv_transpose_forward(x, w, b, conv_param):
    N, C, H, W = x.shape
    _, F, HH, WW = w.shape
    stride, pad = conv_param["stride"], conv_param["pad"]
    height = stride * (H - 1) + HH
    width = stride * (W - 1) + WW
    whole = np.zeros((N, F, height, width), x.dtype)
    for k in range(HH):
        for m in range(WW):
            written = np.einsum("nchw,cf->nfhw", x, w[:, :, k, m])
            whole[:, :, places(k, stride, H), places(m, stride, W)] += written
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
    for k in range(HH):
        for m in range(WW):
            seen = whole[:, :, places(k, stride, H), places(m, stride, W)]
            dx += np.einsum("nfhw,cf->nchw", seen, w[:, :, k, m])
            dw[:, :, k, m] = np.einsum("nchw,nfhw->cf", x, seen)
    return dx, dw, db
