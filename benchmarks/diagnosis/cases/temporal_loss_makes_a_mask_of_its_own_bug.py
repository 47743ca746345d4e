import numpy as np


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    counted = y > 0  # WRONG; right: counted = mask
    z = x - x.max(axis=2, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=2, keepdims=True))
    rows, cols = np.indices((N, T))
    loss = -np.sum(logp[rows, cols, y] * counted) / N
    dx = np.exp(logp)
    dx[rows, cols, y] -= 1
    dx *= counted[:, :, np.newaxis]
    return loss, dx / N
