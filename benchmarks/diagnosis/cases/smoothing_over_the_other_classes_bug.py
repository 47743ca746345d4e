import numpy as np


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    N, C = x.shape
    keep = y != ignore_index
    lab = np.where(keep, y, 0)
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    t = np.full((N, C), label_smoothing / (C - 1), dtype=x.dtype)
    t[np.arange(N), lab] = 1 - label_smoothing
    wt = t * weight * keep[:, None]
    norm = np.sum(weight[lab] * keep)
    loss = -np.sum(wt * logp) / norm
    dx = (np.exp(logp) * wt.sum(axis=1, keepdims=True) - wt) / norm
    return loss, dx.astype(x.dtype)
