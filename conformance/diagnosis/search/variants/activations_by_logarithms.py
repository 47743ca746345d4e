"""Activations and losses of logarithms, by NumPy's own logarithm of a sum; and a straight line where that is all."""

import numpy as np


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def softplus_forward(x):
    out = np.where(x > 40.0, x, np.logaddexp(0, x))
    return out, x


def softplus_backward(dout, cache):
    x = cache
    dx = dout * sigmoid(x)
    return dx


def bce_with_logits_loss(x, y):
    each = np.logaddexp(0, x) - x * y
    dx = sigmoid(x) - y
    if dialect.reduction == "mean":
        loss = np.mean(each)
        dx = dx / x.size
    if dialect.reduction == "sum":
        loss = np.sum(each)
    if dialect.reduction == "batchmean":
        loss = np.sum(each) / len(x)
        dx = dx / len(x)
    return loss, dx


def sigmoid_cross_entropy(z, y):
    each = np.logaddexp(0, z) - z * y
    dz = sigmoid(z) - y
    if dialect.reduction == "mean":
        loss = np.mean(each)
        dz = dz / z.size
    if dialect.reduction == "sum":
        loss = np.sum(each)
    if dialect.reduction == "batchmean":
        loss = np.sum(each) / len(z)
        dz = dz / len(z)
    return loss, dz
