import numpy as np


def nll_loss(x, y):
    total = 0.0
    dx = np.zeros_like(x)
    for i, label in enumerate(y):
        total -= x[i, label]
        dx[i, label] = -1 / x[i, label]  # WRONG; right: dx[i, label] = -1
    return total / len(y), dx / len(y)
