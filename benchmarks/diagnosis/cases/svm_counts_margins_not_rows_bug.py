import numpy as np


def svm_loss(x, y):
    n = x.shape[0]
    at = np.arange(n), y
    margin = x - x[at][:, None] + 1
    margin[at] = 0
    margin = np.maximum(margin, 0)
    loss = margin.sum() / n
    hit = (margin > 0).astype(x.dtype)
    hit[at] = -hit.sum()
    return loss, hit / n
