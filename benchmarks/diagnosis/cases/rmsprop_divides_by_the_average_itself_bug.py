import numpy as np


def rmsprop(w, dw, config=None):
    if config is None: config = {}
    lr = config.setdefault("learning_rate", 1e-2)
    rho = config.setdefault("decay_rate", 0.99)
    eps = config.setdefault("epsilon", 1e-8)
    acc = config.get("cache")
    if acc is None:
        acc = np.zeros_like(w)
    acc = rho * acc + (1.0 - rho) * dw * dw
    config["cache"] = acc
    next_w = w - lr * dw / (acc + eps)  # WRONG; right: next_w = w - lr * dw / (np.sqrt(acc) + eps)
    return next_w, config
