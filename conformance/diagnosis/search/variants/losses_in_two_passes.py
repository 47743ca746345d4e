"""Cross-entropy with all its options, the loss and its gradient each by itself."""

import numpy as np


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    N, C = x.shape
    not_ignored = (y != ignore_index).astype(x.dtype)
    labels = np.where(y == ignore_index, 0, y)
    shifted = x - np.max(x, axis=1, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    aim = np.full_like(x, label_smoothing / C)
    aim[np.arange(N), labels] += 1 - label_smoothing
    each = np.sum(weight * aim * logs, axis=1)
    loss = -np.sum(each * not_ignored)
    pushed = weight * aim
    dx = np.exp(logs) * np.sum(pushed, axis=1, keepdims=True) - pushed
    dx = dx * not_ignored[:, None]
    if dialect.reduction == "mean":
        total = np.sum(weight[labels] * not_ignored)
        loss = loss / total
        dx = dx / total
    if dialect.reduction == "batchmean":
        loss = loss / N
        dx = dx / N
    return loss, dx
