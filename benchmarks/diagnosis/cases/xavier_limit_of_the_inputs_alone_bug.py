import numpy as np


def xavier_uniform(fan_in, fan_out):
    a = np.sqrt(6 / (fan_in + fan_in))  # WRONG; right: a = np.sqrt(6 / (fan_in + fan_out))
    return 2 * a * np.random.rand(fan_in, fan_out) - a
