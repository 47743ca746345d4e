import numpy as np


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    n, c = x.shape
    keep = y != ignore_index
    safe = np.where(keep, y, 0)
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    target = np.full_like(x, label_smoothing / c)
    target[np.arange(n), safe] += 1
    target = target * weight * keep[:, None]
    total = (weight[safe] * keep).sum()
    loss = -(target * logp).sum() / total
    dx = np.exp(logp) * target.sum(axis=1, keepdims=True) - target
    return loss, dx / total
