"""The update rules, element by element."""

import numpy as np


def _each(function, *arrays):
    """Apply a scalar function element by element."""
    result = np.empty_like(arrays[0])
    for at in np.ndindex(result.shape):
        result[at] = function(*(array[at] for array in arrays))
    return result


def sgd(w, dw, config=None):
    """Gradient descent, element by element."""
    config = config or {}
    rate = w.dtype.type(config.setdefault("learning_rate", 1e-2))
    return _each(lambda p, g: p - rate * g, w, dw), config


def _momentum(config, w):
    rate = w.dtype.type(config.setdefault("learning_rate", 1e-2))
    share = w.dtype.type(config.setdefault("momentum", 0.9))
    return rate, share, config.get("velocity", np.zeros_like(w))


def sgd_momentum(w, dw, config=None):
    """Classical momentum."""
    config = config or {}
    rate, share, old = _momentum(config, w)
    config["velocity"] = _each(lambda v, g: share * v - rate * g, old, dw)
    return _each(lambda p, v: p + v, w, config["velocity"]), config


def nesterov(w, dw, config=None):
    """Nesterov momentum by the old and the new velocity."""
    config = config or {}
    rate, share, old = _momentum(config, w)
    config["velocity"] = _each(lambda v, g: share * v - rate * g, old, dw)
    return _each(lambda p, u, v: p - share * u + (1 + share) * v, w, old, config["velocity"]), config


def rmsprop(w, dw, config=None):
    """RMSProp."""
    config = config or {}
    decay = w.dtype.type(config.setdefault("decay_rate", 0.99))
    rate, eps = config.setdefault("learning_rate", 1e-2), config.setdefault("epsilon", 1e-8)
    config["cache"] = _each(lambda c, g: decay * c + (1 - decay) * g * g, config.get("cache", np.zeros_like(w)), dw)
    return _each(lambda p, g, c: p - rate * g / (np.sqrt(c) + eps), w, dw, config["cache"]), config


def adam(w, dw, config=None):
    """Adam with the corrections multiplied out."""
    config = config or {}
    b1, b2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    rate, eps = config.setdefault("learning_rate", 1e-3), config.setdefault("epsilon", 1e-8)
    t = config["t"] = config.get("t", 0) + 1
    config["m"] = _each(lambda m, g: b1 * m + (1 - b1) * g, config.get("m", np.zeros_like(w)), dw)
    config["v"] = _each(lambda v, g: b2 * v + (1 - b2) * g * g, config.get("v", np.zeros_like(w)), dw)
    fix1, fix2 = 1 / (1 - b1**t), 1 / np.sqrt(1 - b2**t)
    return _each(lambda p, m, v: p - rate * fix1 * m / (fix2 * np.sqrt(v) + eps), w, config["m"], config["v"]), config
