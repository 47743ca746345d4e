import numpy as np


def sigmoid_cross_entropy(z, y):
    a = 1 / (1 + np.exp(-np.clip(z, -60, 60)))
    losses = np.logaddexp(0, z) - z * y
    dz = (z - y) / y.size  # WRONG; right: dz = (a - y) / y.size
    return losses.mean(), dz
