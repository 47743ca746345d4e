import numpy as np


def softmax_loss(x, y):
    n = len(y)
    scores = np.exp(x)
    norm = scores.sum(axis=1, keepdims=True)
    p = scores / norm
    loss = -np.mean(x[np.arange(n), y] - np.log(norm[:, 0]))
    p[np.arange(n), y] -= 1
    return loss, p
