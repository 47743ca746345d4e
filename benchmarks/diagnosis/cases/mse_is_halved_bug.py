import numpy as np


def mse_loss(x, y):
    e = x - y
    loss = 0.5 * np.mean(e ** 2)
    dx = e / e.size
    return loss, dx
