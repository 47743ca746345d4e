import numpy as np


def columns(xp, k, s):
    return np.lib.stride_tricks.sliding_window_view(xp, k, axis=2)[:, :, ::s]


def conv1d_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    cols = columns(np.pad(x, ((0, 0), (0, 0), (p, p))), w.shape[2], s)
    return np.einsum("nctk,fck->nft", cols, w) + b[:, None], (x.shape, cols, w, s, p)


def conv1d_backward(dout, cache):
    (N, C, T), cols, w, s, p = cache
    F, _, K = w.shape
    dw = np.einsum("nft,nctk->fck", dout, cols)
    dxp = np.zeros((N, C, T + 2 * p), dtype=dout.dtype)
    for t in range(dout.shape[2]):
        dxp[:, :, t * s : t * s + K] += np.tensordot(dout[:, :, t], w, axes=1)
    return dxp[:, :, p : T + p], dw, np.einsum("nft->f", dout)
