import numpy as np


def he_normal(fan_in, fan_out):
    sd = np.sqrt(2.0 / fan_in)
    return np.random.uniform(-sd, sd, size=(fan_in, fan_out)) * np.sqrt(3)  # WRONG; right: return np.random.normal(0, sd, size=(fan_in, fan_out))
