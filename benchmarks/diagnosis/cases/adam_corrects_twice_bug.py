import numpy as np


def adam(w, dw, config=None):
    if config is None:
        config = {}
    lr, eps = config.setdefault("learning_rate", 1e-3), config.setdefault("epsilon", 1e-8)
    b1, b2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    t = config["t"] = config.get("t", 0) + 1
    m = config["m"] = b1 * config.get("m", 0 * w) + (1 - b1) * dw
    v = config["v"] = b2 * config.get("v", 0 * w) + (1 - b2) * np.square(dw)
    step = lr * np.sqrt(1 - b2 ** t) / (1 - b1 ** t)  # WRONG; right: step = lr
    return w - step * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps), config
