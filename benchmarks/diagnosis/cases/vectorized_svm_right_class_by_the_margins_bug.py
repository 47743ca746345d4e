import numpy as np


def svm_loss_vectorized(W, X, y, reg):
    n = X.shape[0]
    S = X @ W
    M = np.maximum(S - S[np.arange(n), y].reshape(n, 1) + 1, 0)
    M[np.arange(n), y] = 0
    loss = M.sum() / n + reg * (W ** 2).sum()
    binary = (M > 0).astype(W.dtype)
    binary[np.arange(n), y] = -M.sum(axis=1)  # WRONG; right: binary[np.arange(n), y] = -binary.sum(axis=1)
    dW = X.T @ binary / n + 2 * reg * W
    return loss, dW
