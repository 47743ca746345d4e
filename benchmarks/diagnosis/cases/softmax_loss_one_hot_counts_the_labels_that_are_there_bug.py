import numpy as np


def softmax_loss(x, y):
    n = x.shape[0]
    e = np.exp(x - x.max(axis=1)[:, None])
    p = e / e.sum(axis=1)[:, None]
    target = np.eye(x.shape[1], dtype=x.dtype)[y - 1]  # WRONG; right: target = np.eye(x.shape[1], dtype=x.dtype)[y]
    lse = np.log(e.sum(axis=1)) + x.max(axis=1)
    loss = np.mean(lse - np.sum(target * x, axis=1))
    return loss, (p - target) / n
