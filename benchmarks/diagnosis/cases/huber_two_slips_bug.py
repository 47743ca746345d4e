import numpy as np


def huber_loss(x, y, delta=1.0):
    e = x - y
    inside = np.abs(e) <= delta
    per = np.where(inside, e * e / 2, delta * (np.abs(e) - delta / 2))
    g = e
    return per.sum(), g / e.size
