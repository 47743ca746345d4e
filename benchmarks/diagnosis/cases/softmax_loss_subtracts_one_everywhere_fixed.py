import numpy as np


def softmax_loss(x, y):
    n = len(y)
    x = x - x.max(axis=1, keepdims=True)
    logsum = np.log(np.sum(np.exp(x), axis=1, keepdims=True))
    logp = x - logsum
    loss = -np.mean(logp[np.arange(n), y])
    dx = np.exp(logp)
    dx[np.arange(n), y] -= 1
    dx /= n
    return loss, dx
