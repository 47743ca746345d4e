import numpy as np


def conv_transpose_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    n, c, h, v = x.shape
    _, f, kh, kw = w.shape
    full = np.zeros((n, f, s * (h - 1) + kh, s * (v - 1) + kw), x.dtype)
    for i in range(h):
        for j in range(v):
            full[:, :, i * s : i * s + kh, j * s : j * s + kw] += np.tensordot(x[:, :, i, j], w, axes=1)
    out = full[:, :, p : full.shape[2] - p, p : full.shape[3] - p] + b.reshape(1, -1, 1, 1)
    return out, (x, w, s, p)


def conv_transpose_backward(dout, cache):
    x, w, s, p = cache
    kh, kw = w.shape[2:]
    g = np.pad(dout, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            patch = g[:, :, i * s : i * s + kh, j * s : j * s + kw]
            dx[:, :, i, j] = np.einsum("nfkl,cfkl->nc", patch, w[:, :, ::-1, ::-1])
            dw += np.einsum("nc,nfkl->cfkl", x[:, :, i, j], patch)
    return dx, dw, dout.sum(axis=(2, 3)).mean(axis=0)
