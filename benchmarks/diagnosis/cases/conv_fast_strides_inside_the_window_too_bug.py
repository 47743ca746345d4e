import numpy as np
from numpy.lib.stride_tricks import as_strided


def windows(xp, kh, kw, s):
    N, C, H, W = xp.shape
    oh, ow = (H - kh) // s + 1, (W - kw) // s + 1
    a, b, c, d = xp.strides
    need_h, need_w = (oh - 1) * s + (kh - 1) * s + 1, (ow - 1) * s + (kw - 1) * s + 1
    xp = np.pad(xp, ((0, 0), (0, 0), (0, max(need_h - H, 0)), (0, max(need_w - W, 0))))
    a, b, c, d = xp.strides
    return as_strided(xp, (N, C, oh, ow, kh, kw), (a, b, c * s, d * s, c * s, d * s))


def conv_forward_fast(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    v = windows(xp, w.shape[2], w.shape[3], s)
    out = np.tensordot(v, w, axes=([1, 4, 5], [1, 2, 3])).transpose(0, 3, 1, 2) + b[:, None, None]
    return out, (x, xp, w, s, p)


def conv_backward_fast(dout, cache):
    x, xp, w, s, p = cache
    kh, kw = w.shape[2:]
    oh, ow = dout.shape[2:]
    v = windows(xp, kh, kw, s)
    dw = np.tensordot(dout, v, axes=([0, 2, 3], [0, 2, 3]))
    dxp = np.zeros_like(xp)
    for i in range(kh):
        for j in range(kw):
            dxp[:, :, i:i + s * oh:s, j:j + s * ow:s] += np.tensordot(dout, w[:, :, i, j], axes=(1, 0)).transpose(0, 3, 1, 2)
    return dxp[:, :, p:p + x.shape[2], p:p + x.shape[3]], dw, dout.sum(axis=(0, 2, 3))
