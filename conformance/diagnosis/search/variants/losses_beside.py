"""Losses of numbers, of two classes and of several, and linear classifiers, as texts have them."""

import numpy as np


def mse_loss(x, y):
    if dialect.reduction == "mean":
        loss = np.mean((x - y) ** 2)
        dx = 2 * (x - y) / x.size
    if dialect.reduction == "sum":
        loss = np.sum((x - y) ** 2)
        dx = 2 * (x - y)
    if dialect.reduction == "batchmean":
        loss = np.sum((x - y) ** 2) / len(x)
        dx = 2 * (x - y) / len(x)
    return loss, dx


def l1_loss(x, y):
    if dialect.reduction == "mean":
        loss = np.mean(np.abs(x - y))
        dx = np.sign(x - y) / x.size
    if dialect.reduction == "sum":
        loss = np.sum(np.abs(x - y))
        dx = np.sign(x - y)
    if dialect.reduction == "batchmean":
        loss = np.sum(np.abs(x - y)) / len(x)
        dx = np.sign(x - y) / len(x)
    return loss, dx


def huber_loss(x, y, delta=1.0):
    error = x - y
    near = np.abs(error) <= delta
    each = np.where(near, 0.5 * error**2, delta * (np.abs(error) - 0.5 * delta))
    dx = np.where(near, error, delta * np.sign(error))
    if dialect.reduction == "mean":
        loss = np.mean(each)
        dx = dx / x.size
    if dialect.reduction == "sum":
        loss = np.sum(each)
    if dialect.reduction == "batchmean":
        loss = np.sum(each) / len(x)
        dx = dx / len(x)
    return loss, dx


def bce_loss(p, y):
    each = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    dp = (p - y) / (p * (1 - p))
    if dialect.reduction == "mean":
        loss = np.mean(each)
        dp = dp / p.size
    if dialect.reduction == "sum":
        loss = np.sum(each)
    if dialect.reduction == "batchmean":
        loss = np.sum(each) / len(p)
        dp = dp / len(p)
    return loss, dp


def bce_with_logits_loss(x, y):
    power = np.exp(-np.abs(x))
    each = np.maximum(x, 0) - x * y + np.log1p(power)
    dx = np.where(x >= 0, 1, power) / (1 + power) - y
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
    power = np.exp(-np.abs(z))
    each = np.maximum(z, 0) - z * y + np.log1p(power)
    dz = np.where(z >= 0, 1, power) / (1 + power) - y
    if dialect.reduction == "mean":
        loss = np.mean(each)
        dz = dz / z.size
    if dialect.reduction == "sum":
        loss = np.sum(each)
    if dialect.reduction == "batchmean":
        loss = np.sum(each) / len(z)
        dz = dz / len(z)
    return loss, dz


def nll_loss(x, y):
    N = len(x)
    dx = np.zeros_like(x)
    dx[np.arange(N), y] = -1
    loss = -np.sum(x[np.arange(N), y])
    if dialect.reduction == "mean":
        loss = loss / N
        dx = dx / N
    if dialect.reduction == "batchmean":
        loss = loss / N
        dx = dx / N
    return loss, dx


def kl_loss(x, y):
    each = y * (np.log(np.where(y > 0, y, 1)) - x)
    dx = -y
    if dialect.reduction == "mean":
        loss = np.mean(each)
        dx = dx / x.size
    if dialect.reduction == "sum":
        loss = np.sum(each)
    if dialect.reduction == "batchmean":
        loss = np.sum(each) / len(x)
        dx = dx / len(x)
    return loss, dx


def focal_loss(x, y, gamma=2.0):
    N = len(x)
    rows = np.arange(N)
    shifted = x - np.max(x, axis=1, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    own = logs[rows, y]
    p = np.exp(own)
    rest = -np.expm1(own)
    each = -(rest**gamma) * own
    slope = gamma * p * rest ** (gamma - 1) * own - rest**gamma
    towards = -np.exp(logs)
    towards[rows, y] += 1
    dx = slope[:, None] * towards
    loss = np.sum(each)
    if dialect.reduction == "mean":
        loss = loss / N
        dx = dx / N
    if dialect.reduction == "batchmean":
        loss = loss / N
        dx = dx / N
    return loss, dx


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    N, C = x.shape
    counts = y != ignore_index
    labels = np.where(counts, y, 0)
    shifted = x - np.max(x, axis=1, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    hot = np.zeros_like(x)
    hot[np.arange(N), labels] = 1
    weights = weight * counts[:, None]
    unsmoothed = hot * weights
    aim = (1 - label_smoothing) * unsmoothed + label_smoothing / C * weights
    dx = np.exp(logs) * np.sum(aim, axis=1, keepdims=True) - aim
    loss = -np.sum(aim * logs)
    if dialect.reduction == "mean":
        total = np.sum(weight[labels] * counts)
        loss = loss / total
        dx = dx / total
    if dialect.reduction == "batchmean":
        loss = loss / N
        dx = dx / N
    return loss, dx


def svm_loss_vectorized(W, X, y, reg):
    N = len(X)
    rows = np.arange(N)
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    steps = (margins > 0).astype(W.dtype)
    steps[rows, y] = -np.sum(steps, axis=1)
    loss = np.sum(margins) / N
    dW = X.T @ steps / N
    if dialect.classifier_l2 == "full":
        loss = loss + reg * np.sum(W * W)
        dW = dW + 2 * reg * W
    if dialect.classifier_l2 == "half":
        loss = loss + 0.5 * reg * np.sum(W * W)
        dW = dW + reg * W
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    N = len(X)
    rows = np.arange(N)
    scores = X @ W
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    dscores = np.exp(logs)
    dscores[rows, y] -= 1
    loss = -np.sum(logs[rows, y]) / N
    dW = X.T @ dscores / N
    if dialect.classifier_l2 == "full":
        loss = loss + reg * np.sum(W * W)
        dW = dW + 2 * reg * W
    if dialect.classifier_l2 == "half":
        loss = loss + 0.5 * reg * np.sum(W * W)
        dW = dW + reg * W
    return loss, dW


def svm_loss_naive(W, X, y, reg):
    loss = 0.0
    dW = np.zeros_like(W)
    for n in range(len(X)):
        scores = X[n] @ W
        for c in range(W.shape[1]):
            margin = scores[c] - scores[y[n]] + 1
            if c != y[n] and margin > 0:
                loss += margin
                dW[:, c] += X[n]
                dW[:, y[n]] -= X[n]
    loss = loss / len(X)
    dW = dW / len(X)
    if dialect.classifier_l2 == "full":
        loss = loss + reg * np.sum(W * W)
        dW = dW + 2 * reg * W
    if dialect.classifier_l2 == "half":
        loss = loss + 0.5 * reg * np.sum(W * W)
        dW = dW + reg * W
    return loss, dW


def softmax_loss_naive(W, X, y, reg):
    loss = 0.0
    dW = np.zeros_like(W)
    for n in range(len(X)):
        scores = X[n] @ W
        shifted = scores - np.max(scores)
        logs = shifted - np.log(np.sum(np.exp(shifted)))
        loss -= logs[y[n]]
        for c in range(W.shape[1]):
            dW[:, c] += (np.exp(logs[c]) - (c == y[n])) * X[n]
    loss = loss / len(X)
    dW = dW / len(X)
    if dialect.classifier_l2 == "full":
        loss = loss + reg * np.sum(W * W)
        dW = dW + 2 * reg * W
    if dialect.classifier_l2 == "half":
        loss = loss + 0.5 * reg * np.sum(W * W)
        dW = dW + reg * W
    return loss, dW
