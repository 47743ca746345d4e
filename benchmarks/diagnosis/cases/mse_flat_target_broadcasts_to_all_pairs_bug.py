import numpy as np


def mse_loss(x, y):
    pred = x.reshape(-1, 1)
    target = y.reshape(-1)  # WRONG; right: target = y.reshape(-1, 1)
    diff = pred - target
    loss = np.mean(diff**2)
    dx = 2 * diff.mean(axis=1) / x.size
    return loss, dx.reshape(x.shape).astype(x.dtype)
