import numpy as np


def affine_forward(x, w, b):
    return np.einsum("nd,dm->nm", x.reshape(x.shape[0], -1), w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    n = x.shape[0]
    flat = x.reshape(n, -1)
    dw = np.einsum("nd,nm->dm", flat, dout)
    db = dout.sum(0)
    return np.einsum("nm,dm->nd", dout, w).reshape(x.shape), dw, db
