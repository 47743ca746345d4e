"""Right initial weights."""

from typing import Any

import numpy as np


def xavier_uniform(fan_in: int, fan_out: int) -> Any:
    """Uniform, by both fans."""
    bound = np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng().uniform(-bound, bound, (fan_in, fan_out))


def xavier_normal(fan_in: int, fan_out: int) -> Any:
    """Normal, by both fans."""
    std = np.sqrt(2 / (fan_in + fan_out))
    return np.random.default_rng().standard_normal((fan_in, fan_out)) * std


def he_uniform(fan_in: int, fan_out: int) -> Any:
    """Uniform, by the inputs."""
    bound = np.sqrt(6 / fan_in)
    return np.random.default_rng().uniform(-bound, bound, (fan_in, fan_out))


def he_normal(fan_in: int, fan_out: int) -> Any:
    """Normal, by the inputs."""
    std = np.sqrt(2 / fan_in)
    return np.random.default_rng().standard_normal((fan_in, fan_out)) * std
