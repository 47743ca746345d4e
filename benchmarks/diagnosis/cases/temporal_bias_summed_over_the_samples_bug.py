import numpy as np


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    out = np.matmul(x, w) + b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx = np.matmul(dout, w.T)
    dw = np.tensordot(x, dout, axes=([0, 1], [0, 1]))
    db = dout.sum(axis=0)  # WRONG; right: db = dout.sum(axis=(0, 1))
    return dx, dw, db
