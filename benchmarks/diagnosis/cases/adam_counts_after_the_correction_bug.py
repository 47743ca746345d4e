import numpy as np


def adam(w, dw, config=None):
    config = config or {}
    for key, value in (("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("t", 0)):
        config.setdefault(key, value)
    for key in "mv":
        config.setdefault(key, np.zeros_like(w))
    b1, b2, t = config["beta1"], config["beta2"], config["t"]  # WRONG; right: b1, b2, t = config["beta1"], config["beta2"], config["t"] + 1
    config["m"] = b1 * config["m"] + (1 - b1) * dw
    config["v"] = b2 * config["v"] + (1 - b2) * dw ** 2
    with np.errstate(all="ignore"):
        m_hat = config["m"] / (1 - b1 ** t)
        v_hat = config["v"] / (1 - b2 ** t)
        next_w = w - config["learning_rate"] * m_hat / (np.sqrt(v_hat) + config["epsilon"])
    config["t"] += 1
    return next_w, config
