import numpy as np


def rmsprop(w, dw, config=None):
    config = config or {}
    lr, rho = config.get("learning_rate", 1e-2), config.get("decay_rate", 0.99)
    s = config.get("cache", np.zeros_like(w))
    s = (1 - rho) * s + rho * np.power(dw, 2)  # WRONG; right: s = rho * s + (1 - rho) * np.power(dw, 2)
    config["cache"] = s
    return w - lr * dw / (s ** 0.5 + config.get("epsilon", 1e-8)), config
