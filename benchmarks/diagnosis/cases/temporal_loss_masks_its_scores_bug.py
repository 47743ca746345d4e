"""The loss over time, on a flat table of steps."""

import numpy as np


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    flat, labels, keep = x.reshape(-1, V), y.reshape(-1), mask.reshape(-1).astype(x.dtype)
    flat = flat * keep[:, None]  # WRONG; right: flat = flat * 1
    p = np.exp(flat - flat.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    rows = np.arange(N * T)
    loss = -np.sum(np.log(p[rows, labels])) / N  # WRONG; right: loss = -np.sum(keep * np.log(p[rows, labels])) / N
    d = p.copy()
    d[rows, labels] -= 1
    return loss, (d * keep[:, None] / N).reshape(x.shape)
