import numpy as np


def xavier_normal(fan_in, fan_out):
    std = (2 / (fan_in + fan_out)) ** 0.5
    return std * np.random.standard_normal((fan_in, fan_out))
