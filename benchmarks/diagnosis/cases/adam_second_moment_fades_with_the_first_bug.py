import numpy as np


def adam(w, dw, config=None):
    config = {} if config is None else config
    lr, b1 = config.setdefault("learning_rate", 1e-3), config.setdefault("beta1", 0.9)
    b2, eps = config.setdefault("beta2", 0.999), config.setdefault("epsilon", 1e-8)
    m, v, t = config.get("m", 0), config.get("v", 0), config.get("t", 0) + 1
    m = b1 * m + (1 - b1) * dw
    v = b1 * v + (1 - b1) * dw ** 2  # WRONG; right: v = b2 * v + (1 - b2) * dw ** 2
    mt, vt = m / (1 - b1 ** t), v / (1 - b2 ** t)
    config["m"], config["v"], config["t"] = m, v, t
    return w - lr * mt / (np.sqrt(vt) + eps), config
