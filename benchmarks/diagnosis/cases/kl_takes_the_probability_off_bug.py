import numpy as np


def kl_loss(x, y):
    safe = np.where(y > 0, y, 1.0)
    ratio = np.log(safe) - np.exp(x)  # WRONG; right: ratio = np.log(safe) - x
    return np.mean(y * ratio), -y / x.size
