import numpy as np


def bce_loss(p, y):
    cost = y * np.log(p) + (1 - y) * np.log(1 - p)
    grad = (p - y) / (p - p**2)
    return -np.average(cost), grad / p.size
