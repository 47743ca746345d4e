import numpy as np


def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    lr = config.setdefault("learning_rate", 1e-2)
    decay = config.setdefault("decay_rate", 0.99)
    eps = config.setdefault("epsilon", 1e-8)
    average = config.get("cache", np.zeros_like(w))
    config["cache"] = decay * average + (1 - decay) * dw ** 2
    next_w = w - lr * dw / (np.sqrt(average) + eps)  # WRONG; right: next_w = w - lr * dw / (np.sqrt(config["cache"]) + eps)
    return next_w, config
