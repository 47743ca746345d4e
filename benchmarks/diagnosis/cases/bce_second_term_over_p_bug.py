import numpy as np


def bce_loss(p, y):
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dp = -(y / p) + (1 - y) / p  # WRONG; right: dp = -(y / p) + (1 - y) / (1 - p)
    return loss, dp / p.size
