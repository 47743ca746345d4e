import numpy as np


def bce_loss(p, y):
    loss = np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))
    d_first = -y / p
    d_second = -(1 - y) / (1 - p)  # WRONG; right: d_second = (1 - y) / (1 - p)
    dp = d_first + d_second  # WRONG; right: dp = (d_first + d_second) / np.float64(p.size).astype(p.dtype)
    return loss, dp
