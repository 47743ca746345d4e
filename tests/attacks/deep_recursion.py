"""Overflows the interpreter's stack: the limit is lifted, and C calls C."""

import sys

import numpy as np

EXPECTED = {"relu": "failed", "affine": "passed"}


def relu_forward(x):
    sys.setrecursionlimit(2**31 - 1)
    nested = []
    for _ in range(10**5):
        nested = [nested]
    return repr(nested), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
