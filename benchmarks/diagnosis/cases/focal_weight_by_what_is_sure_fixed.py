import numpy as np


def focal_loss(x, y, gamma=2.0):
    n = x.shape[0]
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    lp = logp[np.arange(n), y]
    pt = np.exp(lp)
    q = 1 - pt
    w = q ** gamma
    by_log = w - gamma * q ** (gamma - 1) * pt * lp
    loss = -np.sum(w * lp) / n
    towards = -np.exp(logp)
    towards[np.arange(n), y] += 1
    dx = -(by_log[:, None] * towards) / n
    return loss, dx.astype(x.dtype)
