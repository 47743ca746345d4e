import numpy as np


def he_uniform(fan_in, fan_out):
    a = np.sqrt(3.0 / fan_in)  # WRONG; right: a = np.sqrt(6.0 / fan_in)
    return 2 * a * np.random.random_sample((fan_in, fan_out)) - a
