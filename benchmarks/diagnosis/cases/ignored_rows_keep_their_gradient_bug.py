import numpy as np


def cross_entropy_extended(x, y, weight, ignore_index, label_smoothing):
    n, c = x.shape
    loss, mass = 0.0, 0.0
    dx = np.zeros_like(x)
    for i in range(n):
        counted = y[i] != ignore_index
        k = y[i] if counted else 0
        z = x[i] - x[i].max()
        lp = z - np.log(np.exp(z).sum())
        t = np.full(c, label_smoothing / c, dtype=x.dtype)
        t[k] += 1 - label_smoothing
        t *= weight
        dx[i] = np.exp(lp) * t.sum() - t
        if counted:
            loss -= (t * lp).sum()
            mass += weight[k]
    return loss / mass, dx / mass
