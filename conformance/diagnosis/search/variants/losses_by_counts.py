"""The hinge loss with the right class counted and taken off again; two-class losses by the sigmoid."""

import numpy as np


def svm_loss(x, y):
    N = len(x)
    rows = np.arange(N)
    own = x[rows, y][:, None]
    margins = np.maximum(0, x - own + 1)
    loss = (np.sum(margins) - N) / N
    gates = (margins > 0).astype(x.dtype)
    others = np.sum(gates, axis=1) - 1
    gates[rows, y] = -others
    dx = gates / N
    return loss, dx


def bce_with_logits_loss(x, y):
    N = len(x)
    s = 1 / (1 + np.exp(-x))
    of_ones = y * -np.logaddexp(0, -x)
    of_zeros = (1 - y) * -np.logaddexp(0, x)
    total = -np.sum(of_ones + of_zeros)
    slope = s - y
    if dialect.reduction == "mean":
        loss = total / x.size
        dx = slope / x.size
    if dialect.reduction == "sum":
        loss = total
        dx = slope
    if dialect.reduction == "batchmean":
        loss = total / N
        dx = slope / N
    return loss, dx


def sigmoid_cross_entropy(z, y):
    N = len(z)
    s = 1 / (1 + np.exp(-z))
    of_ones = y * -np.logaddexp(0, -z)
    of_zeros = (1 - y) * -np.logaddexp(0, z)
    total = -np.sum(of_ones + of_zeros)
    slope = s - y
    if dialect.reduction == "mean":
        loss = total / z.size
        dz = slope / z.size
    if dialect.reduction == "sum":
        loss = total
        dz = slope
    if dialect.reduction == "batchmean":
        loss = total / N
        dz = slope / N
    return loss, dz
