import numpy as np


def affine_forward(x, w, b):
    N = x.shape[0]
    out = x.reshape(N, -1).dot(w) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    X = x.reshape(x.shape[0], -1)
    dx = dout.dot(w.T)  # WRONG; right: dx = dout.dot(w.T).reshape(x.shape)
    return dx, X.T.dot(dout), dout.sum(0)
