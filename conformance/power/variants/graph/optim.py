"""The update rules, one small step per line."""

import numpy as np


def sgd(w, dw, config=None):
    """Written in place, as the handouts do."""
    config = {} if config is None else config
    w -= config.get("learning_rate", 1e-2) * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    """Step by step."""
    config = {} if config is None else config
    lr = config.setdefault("learning_rate", 1e-2)
    mu = config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    decayed = mu * v
    step = lr * dw
    v = decayed - step
    config["velocity"] = v
    return w + v, config


def nesterov(w, dw, config=None):
    """The look-ahead as a correction of the classical step."""
    v_before = (config or {}).get("velocity", np.zeros_like(w))
    w_next, config = sgd_momentum(w, dw, config)
    v_after = config["velocity"]
    return w_next + config["momentum"] * (v_after - v_before), config


def rmsprop(w, dw, config=None):
    """Step by step."""
    config = {} if config is None else config
    lr = config.setdefault("learning_rate", 1e-2)
    rho = config.setdefault("decay_rate", 0.99)
    eps = config.setdefault("epsilon", 1e-8)
    cache = config.get("cache", np.zeros_like(w))
    squared = dw**2
    cache = rho * cache + (1 - rho) * squared
    root = np.sqrt(cache)
    config["cache"] = cache
    return w - lr * dw / (root + eps), config


def adam(w, dw, config=None):
    """Step by step, the moments corrected first."""
    config = {} if config is None else config
    lr = config.setdefault("learning_rate", 1e-3)
    b1, b2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    eps = config.setdefault("epsilon", 1e-8)
    config["t"] = config.get("t", 0) + 1
    config["m"] = b1 * config.get("m", np.zeros_like(w)) + (1 - b1) * dw
    config["v"] = b2 * config.get("v", np.zeros_like(w)) + (1 - b2) * (dw**2)
    mt = config["m"] / (1 - b1 ** config["t"])
    vt = config["v"] / (1 - b2 ** config["t"])
    return w - lr * mt / (np.sqrt(vt) + eps), config
