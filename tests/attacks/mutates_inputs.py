"""Writes to its inputs, to the upstream gradient and, through a view, to the cache."""

import numpy as np

EXPECTED = {"relu": "marked down", "affine": "marked down"}


def relu_forward(x):
    np.maximum(x, 0, out=x)
    return x, x


def relu_backward(dout, cache):
    dout[cache <= 0] = 0
    return dout


def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1) @ w + b
    b += 1
    return out, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
