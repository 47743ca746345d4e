import numpy as np


def huber_loss(x, y, delta=1.0):
    r = x - y
    small = np.abs(r) > delta  # WRONG; right: small = np.abs(r) <= delta
    value = np.where(small, 0.5 * r ** 2, delta * np.abs(r) - 0.5 * delta ** 2)
    slope = np.clip(r, -delta, delta)
    return np.mean(value), slope / r.size
