"""Weights to begin with, a generator for all."""

import numpy as np

rng = np.random.default_rng()


def he_normal(fan_in, fan_out):
    return rng.standard_normal((fan_in, fan_out)) * (2 / fan_out) ** 0.5  # WRONG; right: return rng.standard_normal((fan_in, fan_out)) * (2 / fan_in) ** 0.5


def he_uniform(fan_in, fan_out):
    a = np.sqrt(3) * np.sqrt(2 / fan_in)
    return a * (2 * rng.random((fan_in, fan_out)) - 1)
