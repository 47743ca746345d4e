import numpy as np


def xavier_uniform(fan_in, fan_out):
    a = np.sqrt(6 / (fan_in + fan_out))
    return a * np.random.rand(fan_in, fan_out)  # WRONG; right: return a * (2 * np.random.rand(fan_in, fan_out) - 1)
