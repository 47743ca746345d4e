import numpy as np


def bce_with_logits_loss(x, y):
    losses = np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))
    e = np.exp(-np.abs(x))
    p = np.where(x >= 0, 1, e) / (1 + e)
    return losses.sum(), (x - y) / x.size
