import numpy as np


def svm_loss(x, y):
    n = x.shape[0]
    right = x[np.arange(n), y].reshape(n, 1)
    hinge = np.maximum(0, x - right)
    hinge[np.arange(n), y] = 0
    pushes = (hinge > 0).astype(x.dtype)
    pushes[np.arange(n), y] = -pushes.sum(axis=1)
    return hinge.sum() / n, pushes / n
