import numpy as np


def nll_loss(x, y):
    N = x.shape[0]
    picked = x[:, y]  # WRONG; right: picked = x[np.arange(N), y]
    loss = -picked.mean()
    dx = np.zeros_like(x)
    dx[np.arange(N), y] = -1.0 / N
    return loss, dx
