import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(len(x), -1)
    out = rows.dot(w) + b
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, b = cache
    rows = x.reshape(len(x), -1)
    dx = dout.dot(w.T).reshape(x.shape)
    dw = rows.T.dot(dout)
    db = np.ones(len(dout), dout.dtype).dot(dout)
    return dx, dw, db


def relu_forward(x):
    return np.maximum(x, 0), x > 0


def relu_backward(dout, cache):
    return dout * cache


def affine_relu_forward(x, w, b):
    a, first = affine_forward(x, w, b)
    out, second = relu_forward(a)
    return out, (first, second)


def affine_relu_backward(dout, cache):
    first, second = cache
    dx, dw, db = affine_backward(dout, first)
    return dx * (dx > 0), dw, db
