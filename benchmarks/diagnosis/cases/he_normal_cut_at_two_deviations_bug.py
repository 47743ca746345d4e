import numpy as np


def he_normal(fan_in, fan_out):
    std = np.sqrt(2.0 / fan_in)
    w = np.random.randn(fan_in, fan_out)
    far = np.abs(w) > 2
    while far.any():
        w[far] = np.random.randn(int(far.sum()))
        far = np.abs(w) > 2
    return w * std
