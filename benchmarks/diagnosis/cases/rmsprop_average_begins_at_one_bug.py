import numpy as np


def rmsprop(w, dw, config=None):
    config = config if config is not None else {}
    lr, decay = config.setdefault("learning_rate", 1e-2), config.setdefault("decay_rate", 0.99)
    eps = config.setdefault("epsilon", 1e-8)
    if "cache" not in config:
        config["cache"] = np.ones(w.shape, w.dtype)  # WRONG; right: config["cache"] = np.zeros(w.shape, w.dtype)
    config["cache"] = config["cache"] * decay + dw ** 2 * (1 - decay)
    return w - dw * lr / (np.sqrt(config["cache"]) + eps), config
