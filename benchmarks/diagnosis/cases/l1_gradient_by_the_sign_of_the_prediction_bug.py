import numpy as np


def l1_loss(x, y):
    n = x.size
    loss = np.sum(np.abs(y - x)) / n
    grad = np.sign(x)  # WRONG; right: grad = np.sign(x - y)
    return loss, grad / n
