"""Answers what it can, and returns None, or too many values, in every other case."""

import numpy as np

EXPECTED = {"relu": "marked down", "affine": "marked down"}


def relu_forward(x):
    return (np.maximum(x, 0) if x.ndim == 1 else None), x


def relu_backward(dout, cache):
    return np.where(cache > 0, dout, 0)


def affine_forward(x, w, b):
    if len(x) > 1:
        return None, None, None
    return x.reshape(1, -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(1, -1).T @ dout, dout[0]
