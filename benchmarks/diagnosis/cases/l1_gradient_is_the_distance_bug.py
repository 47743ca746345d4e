import numpy as np


def l1_loss(x, y):
    gap = x - y
    count = gap.size
    loss = np.abs(gap).sum() / count
    dx = gap / count  # WRONG; right: dx = np.sign(gap) / count
    return loss, dx
