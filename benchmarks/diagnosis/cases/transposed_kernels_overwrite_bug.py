import numpy as np


def conv_transpose_forward(x, w, b, conv_param):
    s, p = conv_param["stride"], conv_param["pad"]
    n, c, h, wid = x.shape
    _, f, kh, kw = w.shape
    big = np.zeros((n, f, s * (h - 1) + kh, s * (wid - 1) + kw), x.dtype)
    for i in range(h):
        for j in range(wid):
            big[:, :, s * i:s * i + kh, s * j:s * j + kw] = np.tensordot(x[:, :, i, j], w, axes=(1, 0))  # WRONG; right: big[:, :, s * i:s * i + kh, s * j:s * j + kw] += np.tensordot(x[:, :, i, j], w, axes=(1, 0))
    out = big[:, :, p:big.shape[2] - p, p:big.shape[3] - p] + b[None, :, None, None]
    return out, (x, w, s, p)


def conv_transpose_backward(dout, cache):
    x, w, s, p = cache
    n, c, h, wid = x.shape
    kh, kw = w.shape[2:]
    db = dout.sum(axis=(0, 2, 3))
    dbig = np.pad(dout, ((0, 0), (0, 0), (p, p), (p, p)))
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    for i in range(h):
        for j in range(wid):
            window = dbig[:, :, s * i:s * i + kh, s * j:s * j + kw]
            dx[:, :, i, j] = np.tensordot(window, w, axes=((1, 2, 3), (1, 2, 3)))
            dw += np.tensordot(x[:, :, i, j], window, axes=(0, 0))
    return dx, dw, db
