import numpy as np


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)], mode="constant")
    oh, ow = 1 + (H + 2 * p - kh) // s, 1 + (W + 2 * p - kw) // s
    out = np.zeros((N, F, oh, ow), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(oh):
                for j in range(ow):
                    for c in range(C):
                        patch = xp[n, c, i * s:i * s + kh, j * s:j * s + kw]
                        out[n, f, i, j] += np.sum(patch * w[f, c])
                    out[n, f, i, j] += b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)], mode="constant")
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            r, q = slice(i * s, i * s + kh), slice(j * s, j * s + kw)
            g = dout[:, :, i, j]
            dw += np.einsum("nf,nchw->fchw", g, xp[:, :, r, q])
            dxp[:, :, r, q] += np.einsum("nf,fchw->nchw", g, w)
    return dxp[:, :, p:H + p, p:W + p], dw, dout.sum(axis=(0, 2, 3))
