import numpy as np


def focal_loss(x, y, gamma=2.0):
    N = x.shape[0]
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(logp)
    pt = p[np.arange(N), y]
    logpt = logp[np.arange(N), y]
    loss = -np.mean((1 - pt) ** gamma * logpt)
    dx = p.copy()
    dx[np.arange(N), y] -= 1
    dx = dx * ((1 - pt) ** gamma)[:, None] / N
    return loss, dx
