import numpy as np


def surrounded(x, p):
    return np.pad(x, ((0, 0), (0, 0), (0, 2 * p), (0, 2 * p)))  # WRONG; right: return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = surrounded(x, p)
    HH, WW = w.shape[2:]
    rows = range(0, xp.shape[2] - HH + 1, s)
    cols = range(0, xp.shape[3] - WW + 1, s)
    out = np.empty((len(x), len(w), len(rows), len(cols)), x.dtype)
    for i, r in enumerate(rows):
        for j, c in enumerate(cols):
            out[:, :, i, j] = np.tensordot(xp[:, :, r:r + HH, c:c + WW], w, ([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, conv_param)


def conv_backward_naive(dout, cache):
    x, w, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    HH, WW = w.shape[2:]
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            r, c = i * s, j * s
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[:, :, r:r + HH, c:c + WW])
            dxp[:, :, r:r + HH, c:c + WW] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    H, W = x.shape[2:]
    return dxp[:, :, p:p + H, p:p + W], dw, np.einsum("nfij->f", dout)
