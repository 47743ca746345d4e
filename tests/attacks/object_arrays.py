"""Gives right values as arrays of Python objects."""

from fractions import Fraction

import numpy as np

EXPECTED = {"relu": "failed", "affine": "passed"}


def relu_forward(x):
    out = np.empty(x.shape, object)
    out[...] = [[Fraction(1)]] if x.ndim == 2 and x.shape == (1, 1) else 0
    return out + np.maximum(x, 0).astype(object), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0).astype(object)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
