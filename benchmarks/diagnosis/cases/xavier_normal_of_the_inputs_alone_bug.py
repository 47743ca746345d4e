import numpy as np


def xavier_normal(fan_in, fan_out):
    sigma = 1 / np.sqrt(fan_in)  # WRONG; right: sigma = np.sqrt(2 / (fan_in + fan_out))
    return sigma * np.random.standard_normal((fan_in, fan_out))
