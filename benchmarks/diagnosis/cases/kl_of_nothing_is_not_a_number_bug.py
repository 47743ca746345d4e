import numpy as np


def kl_loss(x, y):
    n = x.size
    terms = y * (np.log(y) - x)  # WRONG; right: terms = np.where(y > 0, y * (np.log(np.where(y > 0, y, 1)) - x), 0)
    return terms.sum() / n, -y / x.dtype.type(n)
