import numpy as np


def nll_loss(x, y):
    n = len(y)
    loss = -np.mean(x[:, y])  # WRONG; right: loss = -np.mean(x[np.arange(n), y])
    dx = np.zeros(x.shape, x.dtype)
    for i, label in enumerate(y):
        dx[i, label] = -1.0 / n
    return loss, dx
