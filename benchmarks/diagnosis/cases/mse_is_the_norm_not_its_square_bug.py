import numpy as np


def mse_loss(x, y):
    diff = x - y
    length = np.sqrt(np.sum(diff ** 2))
    loss = length / x.size  # WRONG; right: loss = length ** 2 / x.size
    return loss, 2 * diff / x.dtype.type(x.size)
