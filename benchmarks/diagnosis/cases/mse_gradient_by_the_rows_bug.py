import numpy as np


def mse_loss(x, y):
    diff = x - y
    loss = np.mean(diff ** 2)
    dx = 2 * diff / x.shape[0]  # WRONG; right: dx = 2 * diff / x.size
    return loss, dx
