"""The hinge loss, and a linear classifier's, whose gradient asks for itself which margins are above 0."""

import numpy as np


def svm_loss(x, y):
    N, C = x.shape
    loss = 0.0
    dx = np.zeros_like(x)
    for n in range(N):
        for c in range(C):
            if c == y[n]:
                continue
            margin = x[n, c] - x[n, y[n]] + 1
            loss += max(margin, 0) / N
            if margin > 0:
                dx[n, c] += 1 / N
                dx[n, y[n]] -= 1 / N
    return loss, dx


def svm_loss_naive(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss = 0.0
    dW = np.zeros_like(W)
    for n in range(N):
        scores = X[n] @ W
        for c in range(C):
            if c == y[n]:
                continue
            margin = scores[c] - scores[y[n]] + 1
            loss += max(margin, 0) / N
            if margin > 0:
                dW[:, c] += X[n] / N
                dW[:, y[n]] -= X[n] / N
    if dialect.classifier_l2 == "full":
        loss += reg * np.sum(W**2)
        dW += 2 * reg * W
    if dialect.classifier_l2 == "half":
        loss += 0.5 * reg * np.sum(W**2)
        dW += reg * W
    return loss, dW
