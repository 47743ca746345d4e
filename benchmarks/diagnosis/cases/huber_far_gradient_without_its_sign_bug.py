import numpy as np


def huber_loss(x, y, delta=1.0):
    r = x - y
    a = np.abs(r)
    loss = np.where(a <= delta, 0.5 * r ** 2, delta * (a - 0.5 * delta))
    dx = np.where(a <= delta, r, delta)  # WRONG; right: dx = np.where(a <= delta, r, delta * np.sign(r))
    return loss.mean(), (dx / r.size).astype(x.dtype)
