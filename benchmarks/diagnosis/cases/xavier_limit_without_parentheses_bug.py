import numpy as np


def xavier_uniform(fan_in, fan_out):
    limit = np.sqrt(6 / fan_in + fan_out)  # WRONG; right: limit = np.sqrt(6 / (fan_in + fan_out))
    return np.random.uniform(low=-limit, high=limit, size=(fan_in, fan_out))
