"""The losses as loops over samples and classes."""

import numpy as np


def shifted_exponentials(row):
    """The largest score of a row, the exponentials of the scores below it, and their sum."""
    largest = row[0]
    for score in row:
        largest = max(score, largest)
    powers = [np.exp(score - largest) for score in row]
    total = 0 * largest
    for power in powers:
        total = total + power
    return largest, powers, total


def softmax_cross_entropy(logits, y):
    """Row after row: probabilities, and the log of the sum less the right score."""
    samples = logits.shape[0]
    a = np.zeros(logits.shape, dtype=logits.dtype)
    loss = logits.dtype.type(0)
    for n in range(samples):
        largest, powers, total = shifted_exponentials(logits[n])
        a[n] = [power / total for power in powers]
        loss = loss + (np.log(total) - (logits[n, y[n]] - largest))
    return a, loss / samples


def softmax_cross_entropy_backward(a, y):
    """The probabilities, less 1 at the right class."""
    dlogits = np.zeros(a.shape, dtype=a.dtype)
    for n, c in np.ndindex(a.shape):
        dlogits[n, c] = a[n, c] - 1 if c == y[n] else a[n, c]
    return dlogits


def softmax_loss(x, y):
    """The cross-entropy of softmax_cross_entropy and the gradient of the mean."""
    samples = x.shape[0]
    a, loss = softmax_cross_entropy(x, y)
    dx = softmax_cross_entropy_backward(a, y)
    for n, c in np.ndindex(x.shape):
        dx[n, c] = dx[n, c] / samples
    return loss, dx


def svm_loss(x, y):
    """Every class that comes within a margin of 1 of the right one costs its violation."""
    samples, classes = x.shape
    loss = x.dtype.type(0)
    dx = np.zeros(x.shape, dtype=x.dtype)
    for n in range(samples):
        for c in range(classes):
            if c == y[n]:
                continue
            margin = x[n, c] - x[n, y[n]] + 1
            if margin > 0:
                loss = loss + margin
                dx[n, c] += 1
                dx[n, y[n]] -= 1
    for n, c in np.ndindex(x.shape):
        dx[n, c] = dx[n, c] / samples
    return loss / samples, dx
