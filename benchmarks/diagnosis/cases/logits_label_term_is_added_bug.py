import numpy as np


def bce_with_logits_loss(x, y):
    per_element = np.maximum(x, 0) + x * y + np.log1p(np.exp(-np.abs(x)))  # WRONG; right: per_element = np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))
    s = np.where(x < 0, np.exp(-np.abs(x)), 1) / (1 + np.exp(-np.abs(x)))
    return per_element.mean(), (s - y) / x.size
