import numpy as np


def huber_loss(x, y, delta=1.0):
    e = x - y
    a = np.abs(e)
    small = a <= delta
    loss = np.where(small, 0.5 * e ** 2, delta * a - 0.5 * delta)  # WRONG; right: loss = np.where(small, 0.5 * e ** 2, delta * a - 0.5 * delta ** 2)
    grad = np.where(small, e, delta * np.sign(e))
    return np.mean(loss), (grad / x.size).astype(x.dtype)
