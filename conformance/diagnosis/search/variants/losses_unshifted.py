"""Cross-entropy without the maximum taken out: right where no exponential overflows."""

import numpy as np


def softmax_loss(x, y):
    N = x.shape[0]
    rows = np.arange(N)
    exponentials = np.exp(x)
    probabilities = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    loss = -np.sum(np.log(probabilities[rows, y])) / N
    dx = probabilities
    dx[rows, y] -= 1
    dx = dx / N
    return loss, dx


def softmax_cross_entropy(logits, y):
    N = logits.shape[0]
    rows = np.arange(N)
    exponentials = np.exp(logits)
    a = exponentials / np.sum(exponentials, axis=1, keepdims=True)
    loss = -np.sum(np.log(a[rows, y])) / N
    return a, loss
