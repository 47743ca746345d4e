import numpy as np


def huber_loss(x, y, delta=1.0):
    diff = x - y
    quad = 0.5 * diff * diff
    lin = delta * (np.abs(diff) - 0.5 * delta)
    loss = np.where(np.abs(diff) < delta, quad, lin)
    return loss.mean(), np.clip(diff, -delta, delta) / diff.size
