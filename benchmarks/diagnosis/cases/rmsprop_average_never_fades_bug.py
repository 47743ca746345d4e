import numpy as np


def rmsprop(w, dw, config=None):
    config = config or {}
    lr, decay, eps = (config.setdefault(k, d) for k, d in (("learning_rate", 1e-2), ("decay_rate", 0.99), ("epsilon", 1e-8)))
    cache = config.get("cache", np.zeros(w.shape, w.dtype))
    cache = cache + (1 - decay) * dw ** 2  # WRONG; right: cache = decay * cache + (1 - decay) * dw ** 2
    config["cache"] = cache
    return w - lr * dw / (np.sqrt(cache) + eps), config
