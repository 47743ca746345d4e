import numpy as np


def affine_forward(x, w, b):
    flat = x.reshape(x.shape[0], -1)
    return np.einsum("nd,dm->nm", flat, w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    m = x.shape[0]
    flat = x.reshape(m, -1)
    dx = np.einsum("nm,dm->nd", dout, w).reshape(x.shape)
    dw = np.einsum("nd,nm->dm", flat, dout) / m  # WRONG; right: dw = np.einsum("nd,nm->dm", flat, dout)
    db = np.einsum("nm->m", dout)
    return dx, dw, db
