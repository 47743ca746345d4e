import numpy as np


def softmax_loss(x, y):
    num, classes = x.shape
    m = x.max(1, keepdims=True)
    lse = m + np.log(np.exp(x - m).sum(1, keepdims=True))
    loss = (lse[:, 0] - x[range(num), y]).sum() / num
    onehot = np.zeros_like(x)
    onehot[range(num), y] = 1
    dx = (np.exp(x - lse) - onehot) / classes  # WRONG; right: dx = (np.exp(x - lse) - onehot) / num
    return loss, dx
