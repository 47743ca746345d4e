"""Losses of numbers, of two classes and of several, and linear classifiers as graphs: small steps, walked back."""

import numpy as np


def mse_loss(x, y):
    """Difference, square, mean."""
    difference = np.subtract(x, y)
    square = difference * difference
    loss = np.sum(square) / square.size
    dsquare = np.full(x.shape, 1 / square.size, x.dtype)
    return loss, 2 * difference * dsquare


def l1_loss(x, y):
    """Difference, distance, mean."""
    difference = x - y
    loss = np.mean(np.abs(difference))
    return loss, np.where(difference > 0, 1, -1).astype(x.dtype) / x.dtype.type(x.size)


def huber_loss(x, y, delta=1.0):
    """Both formulas, one chosen."""
    difference = x - y
    size = np.abs(difference)
    near = size < delta
    each = np.where(near, 0.5 * difference**2, delta * size - 0.5 * delta**2)
    deach = np.where(near, difference, delta * np.sign(difference))
    return np.mean(each), deach / x.dtype.type(x.size)


def bce_loss(p, y):
    """Two logarithms, weighted."""
    each = y * np.log(p) + (1 - y) * np.log(1 - p)
    dp = -(y / p - (1 - y) / (1 - p))
    return -np.mean(each), dp / p.dtype.type(p.size)


def squash(z):
    """The logistic function, each half with a negative exponent."""
    power = np.exp(np.minimum(z, -z))
    denominator = 1 + power
    return np.where(z < 0, power / denominator, 1 / denominator)


def bce_with_logits_loss(x, y):
    """Softplus less the score of what is true."""
    each = np.logaddexp(x, 0) - x * y
    return np.mean(each).astype(x.dtype), (squash(x) - y) / x.dtype.type(x.size)


def sigmoid_cross_entropy(z, y):
    """The same."""
    return bce_with_logits_loss(z, y)


def nll_loss(x, y):
    """A gather, and its scatter."""
    places = np.arange(len(y)), y
    dx = np.zeros_like(x)
    np.add.at(dx, places, -1 / len(y))
    return -np.sum(x[places]) / len(y), dx


def kl_loss(x, y):
    """Only where y is not 0."""
    each = np.zeros_like(x)
    there = y > 0
    each[there] = y[there] * (np.log(y[there]) - x[there])
    return np.mean(each), -y / x.dtype.type(x.size)


def log_shares(x):
    """Shift, power, sum, logarithm, difference."""
    shifted = x - np.amax(x, axis=1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))


def focal_loss(x, y, gamma=2.0):
    """Node by node: logarithm, share, rest, power, product."""
    places = np.arange(len(y)), y
    logs = log_shares(x)
    shares = np.exp(logs)
    own = logs[places]
    p = np.exp(own)
    rest = -np.expm1(own)
    power = rest**gamma
    loss = -np.mean(power * own)
    dproduct = np.full_like(own, -1 / len(y))
    down = dproduct * power
    dpower = dproduct * own
    drest = dpower * gamma * rest ** (gamma - 1)
    down = down - drest * p
    dlogs = np.zeros_like(x)
    dlogs[places] = down
    return loss, dlogs - shares * np.sum(dlogs, axis=1, keepdims=True)


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    """The rows that count, taken out and put back."""
    kept = np.flatnonzero(y != ignore_index)
    labels, logs = y[kept], log_shares(x[kept])
    places = np.arange(len(kept)), labels
    total = np.sum(weight[labels])
    classes = x.shape[1]
    right = -np.sum(weight[labels] * logs[places])
    even = -np.sum(logs @ weight) / classes
    loss = ((1 - label_smoothing) * right + label_smoothing * even) / total
    dlogs = np.broadcast_to(-weight * label_smoothing / classes, logs.shape).astype(x.dtype)
    dlogs[places] -= (1 - label_smoothing) * weight[labels]
    dlogs = dlogs / total
    dx = np.zeros_like(x)
    dx[kept] = dlogs - np.exp(logs) * np.sum(dlogs, axis=1, keepdims=True)
    return loss, dx


def svm_loss_vectorized(W, X, y, reg):
    """Product, margins, counts."""
    scores = np.dot(X, W)
    places = np.arange(len(y)), y
    margins = scores - scores[places][:, None] + 1
    margins[places] = 0
    violated = margins > 0
    dscores = violated.astype(W.dtype)
    dscores[places] = -np.sum(violated, axis=1)
    loss = np.sum(margins * violated) / len(y)
    return loss + reg * np.sum(W**2), np.dot(X.T, dscores / W.dtype.type(len(y))) + 2 * reg * W


def svm_loss_naive(W, X, y, reg):
    """Sample by sample, the classes at once."""
    loss, dw = 0.0, 2 * reg * W
    for row, label in zip(X, y, strict=True):
        scores = np.dot(row, W)
        margins = np.maximum(scores - scores[label] + 1, 0)
        margins[label] = 0
        loss += np.sum(margins) / len(y)
        dscores = np.sign(margins)
        dscores[label] = -np.sum(dscores)
        dw = dw + np.outer(row, dscores) / len(y)
    return loss + reg * np.sum(W**2), dw


def softmax_loss_vectorized(W, X, y, reg):
    """Product, shift, power, sum."""
    logs = log_shares(np.dot(X, W))
    places = np.arange(len(y)), y
    dscores = np.exp(logs)
    dscores[places] -= 1
    loss = -np.mean(logs[places])
    return loss + reg * np.sum(W**2), np.dot(X.T, dscores / W.dtype.type(len(y))) + 2 * reg * W


def softmax_loss_naive(W, X, y, reg):
    """Sample by sample, the classes at once."""
    loss, dw = 0.0, 2 * reg * W
    for n in range(len(y)):
        part, dpart = softmax_loss_vectorized(W, X[n : n + 1], y[n : n + 1], 0.0)
        loss += part / len(y)
        dw = dw + dpart / len(y)
    return loss + reg * np.sum(W**2), dw
