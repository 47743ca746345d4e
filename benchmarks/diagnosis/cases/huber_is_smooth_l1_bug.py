import numpy as np


def huber_loss(x, y, delta=1.0):
    diff = x - y
    quad = 0.5 * diff * diff/ delta
    lin = np.abs(diff) - 0.5 * delta
    loss = np.where(np.abs(diff) < delta, quad, lin)
    return loss.mean(), np.clip(diff / delta, -1, 1) / diff.size
