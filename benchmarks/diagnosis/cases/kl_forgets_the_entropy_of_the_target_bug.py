import numpy as np


def kl_loss(x, y):
    safe = np.where(y > 0, y, 1.0)
    total = np.sum(-y * x)  # WRONG; right: total = np.sum(y * np.log(safe) - y * x)
    return (total / x.size).astype(x.dtype), (-y / x.size).astype(x.dtype)
