"""Gives arrays of a terabyte, some of which take no memory."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def relu_forward(x):
    return np.broadcast_to(np.float64(1.0), (1 << 40,)), x


def relu_backward(dout, cache):
    return np.zeros(1 << 36)


def affine_forward(x, w, b):
    return np.zeros((1 << 20) + 1, np.int8), (x, w, b)


def affine_backward(dout, cache):
    return tuple(np.broadcast_to(array.flat[0], (1 << 30,)) for array in cache)
