import numpy as np


def xavier_normal(fan_in, fan_out):
    std = (2.0 / (fan_in * fan_out)) ** 0.5  # WRONG; right: std = (2.0 / (fan_in + fan_out)) ** 0.5
    return std * np.random.randn(fan_in, fan_out)
