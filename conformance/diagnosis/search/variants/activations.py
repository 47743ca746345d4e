"""Activations as texts have them: the derivative from the output where it is short that way."""

import numpy as np


def relu_forward(x):
    out = np.maximum(x, 0)
    return out, x


def relu_backward(dout, cache):
    x = cache
    dx = np.where(x > 0, dout, 0)
    return dx


def leaky_relu_forward(x, negative_slope=0.01):
    out = np.where(x > 0, x, negative_slope * x)
    return out, (x, negative_slope)


def leaky_relu_backward(dout, cache):
    x, negative_slope = cache
    dx = np.where(x > 0, dout, negative_slope * dout)
    return dx


def sigmoid(x):
    return np.where(x >= 0, 1, np.exp(-np.abs(x))) / (1 + np.exp(-np.abs(x)))


def sigmoid_forward(x):
    out = sigmoid(x)
    return out, (x, out)


def sigmoid_backward(dout, cache):
    x, out = cache
    dx = dout * out * (1 - out)
    return dx


def tanh_forward(x):
    out = np.tanh(x)
    return out, (x, out)


def tanh_backward(dout, cache):
    x, out = cache
    dx = dout * (1 - out**2)
    return dx
