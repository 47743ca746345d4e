import numpy as np


def l1_loss(x, y):
    n = x.shape[0]
    err = np.subtract(x, y)
    loss = np.absolute(err).sum() / x.size
    grad = np.where(err > 0, 1.0, np.where(err < 0, -1.0, 0.0)).astype(x.dtype)
    return loss, grad / n  # WRONG; right: return loss, grad / x.size
