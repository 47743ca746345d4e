import numpy as np


def he_normal(fan_in, fan_out):
    std = np.sqrt(2.0 / fan_in)
    draws = np.random.normal(0.0, std, (fan_in, 1)) * np.ones((1, fan_out))  # WRONG; right: draws = np.random.normal(0.0, std, (fan_in, fan_out))
    return draws
