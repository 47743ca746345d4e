import numpy as np


def conv_transpose_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    _, F, K, L = w.shape
    full = np.zeros((N, F, s * (H - 1) + K, s * (W - 1) + L), dtype=x.dtype)
    for i in range(H):
        for j in range(W):
            stamp = np.einsum("nc,cfkl->nfkl", x[:, :, i, j], w)
            full[:, :, i * s : i * s + K, j * s : j * s + L] += stamp+ b[:, None, None]
    return full[:, :, p : full.shape[2] - p, p : full.shape[3] - p], (x, w, s, p)


def conv_transpose_backward(dout, cache):
    x, w, s, p = cache
    K, L = w.shape[2:]
    g = np.pad(dout, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            win = g[:, :, i * s : i * s + K, j * s : j * s + L]
            dx[:, :, i, j] = np.einsum("nfkl,cfkl->nc", win, w)
            dw += np.einsum("nc,nfkl->cfkl", x[:, :, i, j], win)
    return dx, dw, dout.sum(axis=(0, 2, 3))
