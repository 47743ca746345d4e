"""Gives arrays of no elements, of no or of 60 dimensions."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def relu_forward(x):
    return np.zeros((0, *x.shape)), x


def relu_backward(dout, cache):
    return np.zeros((1 << 62, 0))


def affine_forward(x, w, b):
    return np.zeros((1,) * 60), (x, w, b)


def affine_backward(dout, cache):
    return np.zeros(()), np.zeros(0), np.zeros((0, 1 << 62))
