"""Gives NaN with other payloads, infinities and negative zeros where there should be numbers."""

import numpy as np

EXPECTED = {"relu": "failed", "affine": "failed"}


def payload(array):
    """NaN of every bit pattern that a counter gives."""
    bits = np.arange(array.size, dtype=np.uint64) + np.uint64(0x7FF8000000000001)
    return bits.view(np.float64).reshape(array.shape)


def relu_forward(x):
    return payload(x), x


def relu_backward(dout, cache):
    return -payload(dout)


def affine_forward(x, w, b):
    return np.full((len(x), w.shape[1]), np.inf), (x, w, b)


def affine_backward(dout, cache):
    return tuple(np.copysign(0.0, -np.abs(array)) for array in cache)
