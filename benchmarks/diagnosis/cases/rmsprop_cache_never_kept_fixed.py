import numpy as np


def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    lr, rho = config.get("learning_rate", 1e-2), config.get("decay_rate", 0.99)
    cache = config.setdefault("cache", np.zeros_like(w))
    cache = rho * cache + (1 - rho) * np.square(dw)
    config["cache"] = cache
    return w - lr * dw / (np.sqrt(cache) + config.get("epsilon", 1e-8)), config
