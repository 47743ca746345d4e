import numpy as np


def svm_loss_vectorized(W, X, y, reg):
    n = X.shape[0]
    sc = X.dot(W)
    mar = sc - sc[np.arange(n), y][:, None] + 1
    mar[np.arange(n), y] = 0
    mar = mar.clip(min=0)
    loss = (mar.sum() + reg * np.sum(W * W)) / n  # WRONG; right: loss = mar.sum() / n + reg * np.sum(W * W)
    ind = (mar > 0).astype(W.dtype)
    ind[np.arange(n), y] -= ind.sum(axis=1)
    dW = X.T.dot(ind) / W.dtype.type(n) + 2 * reg * W
    return W.dtype.type(loss), dW.astype(W.dtype)
