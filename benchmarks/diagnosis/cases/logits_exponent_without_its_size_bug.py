import numpy as np


def bce_with_logits_loss(x, y):
    e = np.exp(-x)  # WRONG; right: e = np.exp(-np.abs(x))
    each = np.maximum(x, 0) - x * y + np.log1p(e)
    s = np.where(x >= 0, 1.0, np.exp(np.minimum(x, 0))) / (1 + np.exp(-np.abs(x)))
    return each.mean(), ((s - y) / x.size).astype(x.dtype)
