import numpy as np


def kl_loss(x, y):
    log_y = np.log(np.maximum(y, 1e-30))
    loss = np.mean(y * (log_y - x))
    dx = -y / x.size
    return loss, dx
