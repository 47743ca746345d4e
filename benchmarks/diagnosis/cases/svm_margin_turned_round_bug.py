import numpy as np


def svm_loss(x, y):
    n = np.arange(len(x))
    correct = x[n, y].reshape(-1, 1)
    m = correct - x + 1.0  # WRONG; right: m = x - correct + 1.0
    m = np.where(m > 0, m, 0)
    m[n, y] = 0
    g = (m > 0).astype(x.dtype)
    g[n, y] = -g.sum(axis=1)
    return m.sum() / len(x), g / len(x)
