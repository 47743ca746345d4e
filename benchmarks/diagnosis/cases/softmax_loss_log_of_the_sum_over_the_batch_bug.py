import numpy as np


def softmax_loss(x, y):
    n = x.shape[0]
    z = x - np.max(x, axis=1, keepdims=True)
    e = np.exp(z)
    right = z[range(n), y]
    loss = -np.mean(right - np.log(e.sum()))  # WRONG; right: loss = -np.mean(right - np.log(e.sum(axis=1)))
    d = e / e.sum(axis=1).reshape(n, 1)
    d[range(n), y] -= 1.0
    return loss, d / n
