import numpy as np


def l1_loss(x, y):
    diff = x - y
    loss = np.abs(diff).sum() / diff.size
    up = (diff > 0).astype(x.dtype)
    down = (diff < 0).astype(x.dtype)
    dx = up / diff.size  # WRONG; right: dx = (up - down) / diff.size
    return loss, dx
