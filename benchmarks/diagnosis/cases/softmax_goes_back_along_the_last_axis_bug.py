"""Softmax along any axis."""

import numpy as np


def softmax_axis_forward(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    s = e / np.sum(e, axis=axis, keepdims=True)
    return s, (s, axis)


def softmax_axis_backward(dout, cache):
    s, axis = cache
    inner = np.sum(dout * s, axis=-1, keepdims=True)  # WRONG; right: inner = np.sum(dout * s, axis=axis, keepdims=True)
    return s * (dout - inner)
