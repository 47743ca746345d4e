import numpy as np

GRADS = {}


def bucket(name, like):
    return np.zeros_like(like)


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    return rows @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    dw, db = bucket("w", w), bucket("b", b)
    dw += x.reshape(x.shape[0], -1).T @ dout
    db += dout.sum(axis=0)
    return (dout @ w.T).reshape(x.shape), dw.copy(), db.copy()
