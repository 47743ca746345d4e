import numpy as np


def l1_loss(x, y):
    gap = y - x
    loss = np.abs(gap).sum() / gap.size
    dx = np.sign(gap) / gap.size  # WRONG; right: dx = -np.sign(gap) / gap.size
    return loss, dx
