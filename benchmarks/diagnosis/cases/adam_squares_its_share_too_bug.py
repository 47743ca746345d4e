import numpy as np


def adam(w, dw, config=None):
    config = config if config is not None else {}
    lr, eps = config.setdefault("learning_rate", 1e-3), config.setdefault("epsilon", 1e-8)
    b1, b2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    t = config.get("t", 0) + 1
    m, v = config.get("m", np.zeros_like(w)), config.get("v", np.zeros_like(w))
    m = b1 * m + (1 - b1) * dw
    v = b2 * v + ((1 - b2) * dw) ** 2  # WRONG; right: v = b2 * v + (1 - b2) * dw ** 2
    config.update({"t": t, "m": m, "v": v})
    return w - lr * (m / (1 - b1 ** t)) / (np.sqrt(v / (1 - b2 ** t)) + eps), config
