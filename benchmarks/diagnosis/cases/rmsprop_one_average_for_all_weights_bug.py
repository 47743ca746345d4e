import numpy as np


def rmsprop(w, dw, config=None):
    config = config if config is not None else {}
    lr, rho = config.setdefault("learning_rate", 1e-2), config.setdefault("decay_rate", 0.99)
    old = config.setdefault("cache", np.zeros_like(w))
    sq = np.full_like(dw, np.mean(dw * dw))  # WRONG; right: sq = dw * dw
    config["cache"] = old + (1 - rho) * (sq - old)
    scale = lr / (np.sqrt(config["cache"]) + config.setdefault("epsilon", 1e-8))
    return w - scale * dw, config
