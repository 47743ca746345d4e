import numpy as np


def nll_loss(x, y):
    mask = np.zeros_like(x)
    mask[np.arange(x.shape[0]), y] = 1
    count = x.size
    return -(mask * x).sum() / count, -mask / count
