"""Cross-entropy with a logarithm of probabilities: right where no probability is 0."""

import numpy as np


def softmax_loss(x, y):
    N = x.shape[0]
    rows = np.arange(N)
    exponentials = np.exp(x - np.max(x, axis=1, keepdims=True))
    probabilities = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    loss = -np.mean(np.log(probabilities[rows, y]))
    one_hot = np.zeros_like(x)
    one_hot[rows, y] = 1
    dx = (probabilities - one_hot) / N
    return loss, dx


def softmax_cross_entropy(logits, y):
    N = logits.shape[0]
    rows = np.arange(N)
    exponentials = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    a = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    loss = -np.mean(np.log(a[rows, y]))
    return a, loss


def softmax_cross_entropy_backward(a, y):
    N = a.shape[0]
    dlogits = a.copy()
    dlogits[np.arange(N), y] -= 1
    return dlogits


def svm_loss(x, y):
    N = x.shape[0]
    rows = np.arange(N)
    margins = x - x[rows, y][:, np.newaxis] + 1
    margins[rows, y] = 0
    gates = (margins > 0).astype(x.dtype)
    loss = np.sum(np.maximum(0, margins)) / N
    gates[rows, y] = -np.sum(gates, axis=1)
    dx = gates / N
    return loss, dx


def focal_loss(x, y, gamma=2.0):
    N, C = x.shape
    rows = np.arange(N)
    exponentials = np.exp(x - np.max(x, axis=1, keepdims=True))
    shares = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    p = shares[rows, y]
    focus = (1 - shares[rows, y]) ** gamma
    dfocus = -gamma * (1 - p) ** (gamma - 1)
    dp = -(dfocus * np.log(p) + (1 - p) ** gamma / p)
    hot = np.zeros_like(x)
    hot[rows, y] = 1
    dx = dp[:, None] * p[:, None] * (hot - shares)
    loss = -np.sum(focus * np.log(p))
    if dialect.reduction == "mean":
        loss = loss / N
        dx = dx / N
    if dialect.reduction == "batchmean":
        loss = loss / N
        dx = dx / N
    return loss, dx
