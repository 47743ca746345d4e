import numpy as np


def svm_loss_vectorized(W, X, y, reg):
    N = X.shape[0]
    S = X @ W
    M = np.clip(S - S[np.arange(N), y].reshape(N, 1) + 1, 0, None)
    M[np.arange(N), y] = 0
    loss = M.sum() / N + reg * np.sum(W ** 2)
    K = (M > 0) * 1.0
    K[np.arange(N), y] -= K.sum(axis=1)
    dW = X.T @ K / N + reg * W  # WRONG; right: dW = X.T @ K / N + 2 * reg * W
    return loss, dW
