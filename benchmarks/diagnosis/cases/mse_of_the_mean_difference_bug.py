import numpy as np


def mse_loss(x, y):
    off = x - y
    loss = np.mean(off) ** 2
    dx = 2 * off / off.size
    return loss, dx


def huber_loss(x, y, delta=1.0):
    off = x - y
    size = np.abs(off)
    near = size <= delta
    each = np.where(near, 0.5 * off * off, delta * (size - 0.5 * delta))
    slope = np.where(near, off, delta * np.sign(off))
    return each.mean(), slope / off.size


def l1_loss(x, y):
    off = x - y
    return np.abs(off).mean(), np.sign(off) / off.size
