import numpy as np


def bce_loss(p, y):
    loss = np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))  # WRONG; right: loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    dp = (p - y) / (p * (1 - p)) / p.size
    return loss, dp
