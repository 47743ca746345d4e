import numpy as np


def xavier_uniform(fan_in, fan_out):
    bound = np.sqrt(2.0 / (fan_in + fan_out))  # WRONG; right: bound = np.sqrt(6.0 / (fan_in + fan_out))
    return np.random.uniform(low=-bound, high=bound, size=(fan_in, fan_out))
