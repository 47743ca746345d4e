import numpy as np


def he_uniform(fan_in, fan_out):
    a = np.sqrt(6.0 / fan_in)
    return np.random.uniform(-a, a, size=(fan_out, fan_in))  # WRONG; right: return np.random.uniform(-a, a, size=(fan_in, fan_out))
