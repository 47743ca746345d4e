import numpy as np


def mse_loss(x, y):
    e = x - y
    loss = np.mean(e ** 2)
    dx = 2 * e / e.size
    return loss, dx
