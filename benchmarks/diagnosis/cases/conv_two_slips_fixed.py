import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    v = np.lib.stride_tricks.sliding_window_view(xp, w.shape[2:], axis=(2, 3))[:, :, ::s, ::s]
    return np.einsum("ncijkl,fckl->nfij", v, w) + b[:, None, None], (x, xp, w, s, p)


def conv_backward_naive(dout, cache):
    x, xp, w, s, p = cache
    N, F, OH, OW = dout.shape
    kh, kw = w.shape[2:]
    dw, dxp = np.zeros_like(w), np.zeros_like(xp)
    for k in range(kh):
        for l in range(kw):
            seen = xp[:, :, k : k + s * OH : s, l : l + s * OW : s][:, :, :OH, :OW]
            dw[:, :, k, l] = np.einsum("nfij,ncij->fc", dout, seen)
            dxp[:, :, k : k + s * OH : s, l : l + s * OW : s] += np.einsum("nfij,fc->ncij", dout, w[:, :, k, l])
    db = dout.sum(axis=(0, 2, 3))
    return dxp[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, db
