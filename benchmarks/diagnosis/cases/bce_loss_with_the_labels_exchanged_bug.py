import numpy as np


def bce_loss(p, y):
    lp, lq = np.log(p), np.log(1 - p)
    loss = -np.mean((1 - y) * lp + y * lq)  # WRONG; right: loss = -np.mean(y * lp + (1 - y) * lq)
    dp = (-(y / p) + (1 - y) / (1 - p)) / p.size
    return loss, dp
