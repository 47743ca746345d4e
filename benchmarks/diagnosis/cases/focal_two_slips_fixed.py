import numpy as np


def focal_loss(x, y, gamma=2.0):
    rows = np.arange(len(y))
    e = np.exp(x - x.max(axis=1, keepdims=True))
    probs = e / e.sum(axis=1, keepdims=True)
    pt = probs[rows, y]
    logpt = (x - x.max(axis=1, keepdims=True))[rows, y] - np.log(e.sum(axis=1))
    loss = -np.sum((1 - pt) ** gamma * logpt) / len(y)
    slope = gamma * pt * (1 - pt) ** (gamma - 1) * logpt - (1 - pt) ** gamma
    grad = -probs
    grad[rows, y] += 1
    return loss, grad * slope[:, None] / len(y)
