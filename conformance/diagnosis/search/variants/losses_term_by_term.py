"""Losses whose terms each have a line, their slopes too; and losses element by element or sample by sample."""

import numpy as np


def mse_loss(x, y):
    N = len(x)
    error = x - y
    total = np.sum(error**2)
    slope = 2 * error
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


def l1_loss(x, y):
    N = len(x)
    error = x - y
    total = np.sum(np.abs(error))
    slope = (error > 0).astype(x.dtype) - (error < 0)
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


def huber_loss(x, y, delta=1.0):
    N = len(x)
    error = x - y
    size = np.abs(error)
    near = size <= delta
    square = 0.5 * error**2
    line = delta * size - 0.5 * delta**2
    total = np.sum(square * near + line * ~near)
    slope = error * near + delta * np.sign(error) * ~near
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


def bce_loss(p, y):
    N = len(p)
    of_ones = y * np.log(p)
    of_zeros = (1 - y) * np.log(1 - p)
    total = -np.sum(of_ones + of_zeros)
    slope_of_ones = -y / p
    slope_of_zeros = (1 - y) / (1 - p)
    slope = slope_of_ones + slope_of_zeros
    if dialect.reduction == "mean":
        loss = total / p.size
        dp = slope / p.size
    if dialect.reduction == "sum":
        loss = total
        dp = slope
    if dialect.reduction == "batchmean":
        loss = total / N
        dp = slope / N
    return loss, dp


def kl_loss(x, y):
    N = len(x)
    logarithm = np.log(np.where(y > 0, y, 1))
    total = np.sum(y * logarithm - y * x)
    slope = -y
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


def nll_loss(x, y):
    N = len(x)
    loss = 0.0
    dx = np.zeros_like(x)
    for n in range(N):
        if dialect.reduction == "sum":
            loss -= x[n, y[n]]
            dx[n, y[n]] = -1
        else:
            loss -= x[n, y[n]] / N
            dx[n, y[n]] = -1 / N
    return loss, dx


def softmax_loss(x, y):
    N, C = x.shape
    loss = 0.0
    dx = np.zeros_like(x)
    for n in range(N):
        shifted = x[n] - np.max(x[n])
        exponentials = np.exp(shifted)
        total = np.sum(exponentials)
        loss += np.log(total) - shifted[y[n]]
        dx[n] = exponentials / total
        dx[n, y[n]] -= 1
    loss = loss / N
    dx = dx / N
    return loss, dx


def svm_loss(x, y):
    N, C = x.shape
    loss = 0.0
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            if c == y[n]:
                continue
            margin = x[n, c] - x[n, y[n]] + 1
            if margin > 0:
                loss += margin
                dx[n, c] += 1
                dx[n, y[n]] -= 1
    loss = loss / N
    dx = dx / N
    return loss, dx
