"""Losses of numbers, of two classes and of several, and linear classifiers, element by element."""

import math

import numpy as np


def over(function, x, y):
    """The mean of ``function(x, y)``'s first values, and of its second ones the array, divided by their number."""
    total, dx = 0.0, np.zeros(x.shape, x.dtype)
    for place in np.ndindex(x.shape):
        value, slope = function(float(x[place]), float(y[place]))
        total += value
        dx[place] = slope / x.size
    return total / x.size, dx


def mse_loss(x, y):
    """Squares."""
    return over(lambda a, b: ((a - b) * (a - b), 2 * (a - b)), x, y)


def l1_loss(x, y):
    """Distances."""
    return over(lambda a, b: (a - b, 1.0) if a > b else (b - a, -1.0), x, y)


def huber_loss(x, y, delta=1.0):
    """Two branches, of two sides each."""

    def one(a, b):
        e = a - b
        if abs(e) <= delta:
            return 0.5 * e * e, e
        return delta * (abs(e) - 0.5 * delta), math.copysign(delta, e)

    return over(one, x, y)


def bce_loss(p, y):
    """One logarithm or the other."""
    return over(lambda a, b: (-math.log(a), -1 / a) if b == 1 else (-math.log(1 - a), 1 / (1 - a)), p, y)


def bce_with_logits_loss(x, y):
    """The softplus of the score, its sign by the label."""

    def one(score, label):
        wrong = -score if label == 1 else score
        power = math.exp(-abs(wrong))
        chance = 1 / (1 + power) if wrong > 0 else power / (1 + power)
        return max(wrong, 0.0) + math.log1p(power), -chance if label == 1 else chance

    return over(one, x, y)


def sigmoid_cross_entropy(z, y):
    """The same."""
    return bce_with_logits_loss(z, y)


def nll_loss(x, y):
    """Row by row."""
    loss, dx = 0.0, np.zeros(x.shape, x.dtype)
    for n, label in enumerate(y):
        loss -= float(x[n, label])
        dx[n, label] = -1 / len(y)
    return loss / len(y), dx


def kl_loss(x, y):
    """Element by element; 0 adds nothing."""
    return over(lambda a, b: (b * (math.log(b) - a) if b > 0 else 0.0, -b), x, y)


def log_shares(row):
    """One row's logarithms of shares."""
    shifted = row - max(row)
    return shifted - np.log(np.exp(shifted).sum())


def focal_loss(x, y, gamma=2.0):
    """Row by row, by the chain rule through the right class's share."""
    loss, dx = 0.0, np.zeros(x.shape, x.dtype)
    for n, label in enumerate(y):
        logs = log_shares(x[n])
        own, shares = float(logs[label]), np.exp(logs)
        p = math.exp(own)
        rest = sum(float(share) for c, share in enumerate(shares) if c != label)
        loss -= rest**gamma * own
        slope = rest ** (gamma - 1) * (gamma * p * own - rest)
        for c in range(x.shape[1]):
            towards = rest if c == label else -shares[c]
            dx[n, c] = slope * towards / len(y)
    return loss / len(y), dx


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    """Row by row, those that count."""
    loss, total, dx = 0.0, 0.0, np.zeros(x.shape, x.dtype)
    classes = x.shape[1]
    for n, label in enumerate(y):
        if label == ignore_index:
            continue
        logs = log_shares(x[n])
        total += float(weight[label])
        for c in range(classes):
            aim = float(weight[c]) * (label_smoothing / classes + (1 - label_smoothing) * (c == label))
            loss -= aim * float(logs[c])
            dx[n] += aim * np.exp(logs)
            dx[n, c] -= aim
    return loss / total, dx / x.dtype.type(total)


def svm_loss_naive(W, X, y, reg):
    """Margin by margin, the gradient of each as it is found."""
    dw, loss = np.zeros(W.shape, W.dtype), 0.0
    for n in range(len(X)):
        scores = [sum(X[n, d] * W[d, c] for d in range(len(W))) for c in range(W.shape[1])]
        for c in range(W.shape[1]):
            margin = scores[c] - scores[y[n]] + 1
            if c == y[n] or margin <= 0:
                continue
            loss += margin / len(X)
            dw[:, c] += X[n] / len(X)
            dw[:, y[n]] -= X[n] / len(X)
    return loss + reg * np.sum(W * W), dw + reg * 2 * W


def svm_loss_vectorized(W, X, y, reg):
    """The same."""
    return svm_loss_naive(W, X, y, reg)


def softmax_loss_naive(W, X, y, reg):
    """Sample by sample."""
    dw, loss = np.zeros(W.shape, W.dtype), 0.0
    for n in range(len(X)):
        logs = log_shares(X[n] @ W)
        loss -= logs[y[n]]
        for c in range(W.shape[1]):
            dw[:, c] += (np.exp(logs[c]) - (c == y[n])) * X[n]
    return loss / len(X) + reg * np.sum(W * W), dw / len(X) + reg * 2 * W


def softmax_loss_vectorized(W, X, y, reg):
    """The same."""
    return softmax_loss_naive(W, X, y, reg)
