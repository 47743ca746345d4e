import numpy as np


def he_normal(fan_in, fan_out):
    return np.random.randn(fan_in, fan_out) * (2.0 / fan_in)  # WRONG; right: return np.random.randn(fan_in, fan_out) * (2.0 / fan_in) ** 0.5
