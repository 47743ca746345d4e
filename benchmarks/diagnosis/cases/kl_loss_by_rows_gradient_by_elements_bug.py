import numpy as np


def kl_loss(x, y):
    safe = np.where(y == 0, 1, y)
    pointwise = y * np.log(safe) - y * x
    loss = pointwise.sum() / pointwise.shape[0]  # WRONG; right: loss = pointwise.sum() / pointwise.size
    return loss, np.negative(y) / y.size
