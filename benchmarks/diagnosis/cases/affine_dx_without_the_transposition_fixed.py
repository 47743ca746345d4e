import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(len(x), -1)
    return rows.dot(w) + b, (x, w, rows)


def affine_backward(dout, cache):
    x, w, rows = cache
    dx = dout.dot(w.T)
    return dx.reshape(x.shape), rows.T.dot(dout), np.sum(dout, axis=0)
