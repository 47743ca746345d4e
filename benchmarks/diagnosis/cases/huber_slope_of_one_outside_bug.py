import numpy as np


def huber_loss(x, y, delta=1.0):
    r = x - y
    far = np.abs(r) > delta
    values = 0.5 * r ** 2
    values[far] = delta * (np.abs(r[far]) - 0.5 * delta)
    grad = r.copy()
    grad[far] = np.sign(r[far])  # WRONG; right: grad[far] = delta * np.sign(r[far])
    return values.mean(), grad / x.size
