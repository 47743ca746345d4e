import numpy as np


def mse_loss(x, y):
    residual = x - y
    loss = float(np.square(residual).mean())
    return loss, 2 * residual  # WRONG; right: return loss, 2 * residual / residual.size
