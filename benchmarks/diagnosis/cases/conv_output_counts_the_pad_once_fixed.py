import numpy as np


def size_of(n, k, s, p):
    return (n + 2 * p - k) // s + 1


def conv_forward_naive(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), "constant")
    h_out, w_out = size_of(H, HH, s, p), size_of(W, WW, s, p)
    out = np.zeros((N, F, h_out, w_out), dtype=x.dtype)
    for n in range(N):
        for f in range(F):
            for i in range(h_out):
                for j in range(w_out):
                    out[n, f, i, j] = np.sum(xp[n, :, i * s : i * s + HH, j * s : j * s + WW] * w[f]) + b[f]
    return out, (x, w, b, conv_param)


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    s, p = conv_param["stride"], conv_param["pad"]
    N, F, h_out, w_out = dout.shape
    HH, WW = w.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), "constant")
    dxp, dw, db = np.zeros_like(xp), np.zeros_like(w), np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            for i in range(h_out):
                for j in range(w_out):
                    g = dout[n, f, i, j]
                    db[f] += g
                    dw[f] += g * xp[n, :, i * s : i * s + HH, j * s : j * s + WW]
                    dxp[n, :, i * s : i * s + HH, j * s : j * s + WW] += g * w[f]
    return dxp[:, :, p : p + x.shape[2], p : p + x.shape[3]], dw, db
