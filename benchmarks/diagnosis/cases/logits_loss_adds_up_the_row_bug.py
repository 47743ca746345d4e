import numpy as np


def bce_with_logits_loss(x, y):
    each = np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))
    loss = each.sum() / x.shape[0]  # WRONG; right: loss = each.sum() / x.size
    s = np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), 1 - 1 / (1 + np.exp(-np.abs(x))))
    return loss, (s - y) / x.size
