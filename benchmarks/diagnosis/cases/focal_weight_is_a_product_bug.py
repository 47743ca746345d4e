import numpy as np


def focal_loss(x, y, gamma=2.0):
    N = x.shape[0]
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    lp = logp[np.arange(N), y]
    p, rest = np.exp(lp), -np.expm1(lp)
    weight = rest * gamma  # WRONG; right: weight = rest ** gamma
    loss = -np.sum(weight * lp) / N
    dlp = (gamma * rest ** (gamma - 1) * p * lp - rest ** gamma) / N
    onehot = np.zeros_like(x)
    onehot[np.arange(N), y] = 1
    return loss, dlp[:, None] * (onehot - np.exp(logp))
