"""Softmax as a layer, as texts have it."""

import numpy as np


def softmax_forward(x):
    shifted = x - np.max(x, axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    out = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    return out, out


def softmax_backward(dout, cache):
    out = cache
    dx = out * (dout - np.sum(dout * out, axis=1, keepdims=True))
    return dx


def softmax_axis_forward(x, axis=-1):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    exponentials = np.exp(shifted)
    out = exponentials / np.sum(exponentials, axis=axis, keepdims=True)
    return out, (out, axis)


def softmax_axis_backward(dout, cache):
    out, axis = cache
    dx = out * (dout - np.sum(dout * out, axis=axis, keepdims=True))
    return dx


def log_softmax_forward(x):
    shifted = x - np.max(x, axis=1, keepdims=True)
    out = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return out, out


def log_softmax_backward(dout, cache):
    out = cache
    dx = dout - np.exp(out) * np.sum(dout, axis=1, keepdims=True)
    return dx


def log_softmax_axis_forward(x, axis=-1):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    out = shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
    return out, (out, axis)


def log_softmax_axis_backward(dout, cache):
    out, axis = cache
    dx = dout - np.exp(out) * np.sum(dout, axis=axis, keepdims=True)
    return dx
