import numpy as np


def he_normal(fan_in, fan_out):
    std = np.sqrt(2.0 / fan_in)
    w = np.random.randn(fan_in, fan_out)
    return w * std
