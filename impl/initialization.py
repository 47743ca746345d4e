"""Weights to start with, (fan_in, fan_out), whose size keeps signals as large as they are."""

import numpy as np

from .validation import Array


def xavier_uniform(fan_in: int, fan_out: int) -> Array:
    """Uniform in ``[-a, a]``, ``a = sqrt(6 / (fan_in + fan_out))``: the variance is ``2 / (fan_in + fan_out)``.

    Source: Glorot and Bengio (2010); torch.nn.init.xavier_uniform_.
    """
    limit = np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng().uniform(-limit, limit, (fan_in, fan_out))


def xavier_normal(fan_in: int, fan_out: int) -> Array:
    """Normal with the variance ``2 / (fan_in + fan_out)``.

    Source: Glorot and Bengio (2010); torch.nn.init.xavier_normal_.
    """
    return np.random.default_rng().normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def he_uniform(fan_in: int, fan_out: int) -> Array:
    """Uniform in ``[-a, a]``, ``a = sqrt(6 / fan_in)``: the variance is ``2 / fan_in``, for rectifiers.

    Source: He et al. (2015); torch.nn.init.kaiming_uniform_(nonlinearity="relu").
    """
    limit = np.sqrt(6 / fan_in)
    return np.random.default_rng().uniform(-limit, limit, (fan_in, fan_out))


def he_normal(fan_in: int, fan_out: int) -> Array:
    """Normal with the variance ``2 / fan_in``, for rectifiers.

    Source: He et al. (2015); torch.nn.init.kaiming_normal_(nonlinearity="relu").
    """
    return np.random.default_rng().normal(0, np.sqrt(2 / fan_in), (fan_in, fan_out))
