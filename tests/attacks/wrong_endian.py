"""Gives the right bytes under the other byte order, which makes them wrong values."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def swapped(array):
    array = np.asarray(array)
    return array.view(array.dtype.newbyteorder("S"))


def relu_forward(x):
    return swapped(np.maximum(x, 0)), x


def relu_backward(dout, cache):
    return swapped(np.where(cache > 0, dout, 0))


def affine_forward(x, w, b):
    return swapped(x.reshape(x.shape[0], -1) @ w + b), (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return swapped((dout @ w.T).reshape(x.shape)), swapped(x.reshape(len(x), -1).T @ dout), swapped(dout.sum(axis=0))
