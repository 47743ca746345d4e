import numpy as np


def softmax_loss(x, y):
    n = len(y)
    scores = np.exp(x - x.max(axis=1, keepdims=True))
    norm = scores.sum(axis=1, keepdims=True)
    p = scores / norm
    loss = -np.mean((x - x.max(axis=1, keepdims=True))[np.arange(n), y] - np.log(norm[:, 0]))
    p[np.arange(n), y] -= 1
    return loss, p / n
