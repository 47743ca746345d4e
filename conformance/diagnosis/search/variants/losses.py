"""Losses by probabilities and margins."""

import numpy as np


def softmax_loss(x, y):
    N = x.shape[0]
    rows = np.arange(N)
    shifted = x - np.max(x, axis=1, keepdims=True)
    total = np.sum(np.exp(shifted), axis=1, keepdims=True)
    logarithms = shifted - np.log(total)
    probabilities = np.exp(logarithms)
    loss = -np.sum(logarithms[rows, y]) / N
    dx = probabilities
    dx[rows, y] -= 1
    dx = dx / N
    return loss, dx


def softmax_cross_entropy(logits, y):
    N = logits.shape[0]
    rows = np.arange(N)
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    total = np.sum(np.exp(shifted), axis=1, keepdims=True)
    logarithms = shifted - np.log(total)
    a = np.exp(logarithms)
    loss = -np.sum(logarithms[rows, y]) / N
    return a, loss


def softmax_cross_entropy_backward(a, y):
    N = a.shape[0]
    one_hot = np.zeros_like(a)
    one_hot[np.arange(N), y] = 1
    dlogits = a - one_hot
    return dlogits


def svm_loss(x, y):
    N = x.shape[0]
    rows = np.arange(N)
    right = x[rows, y]
    margins = np.maximum(0, x - right[:, np.newaxis] + 1)
    margins[rows, y] = 0
    loss = np.sum(margins) / N
    dx = (margins > 0).astype(x.dtype)
    dx[rows, y] -= np.sum(margins > 0, axis=1)
    dx = dx / N
    return loss, dx
