import numpy as np


def bce_loss(p, y):
    m = y.size
    logp = np.log(p)
    logq = np.log(p)  # WRONG; right: logq = np.log(1 - p)
    cost = -(1.0 / m) * np.sum(np.multiply(y, logp) + np.multiply(1 - y, logq))
    dp = -(np.divide(y, p) - np.divide(1 - y, 1 - p))
    return cost, (dp / m).astype(p.dtype)
