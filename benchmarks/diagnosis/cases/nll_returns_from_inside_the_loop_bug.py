import numpy as np


def nll_loss(x, y):
    loss, dx = 0.0, np.zeros_like(x)
    for i, label in enumerate(y):
        loss -= x[i, label] / len(y)
        dx[i, label] = -1 / len(y)
        return loss, dx  # WRONG; right: pass
    return loss, dx
