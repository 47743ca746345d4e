import numpy as np


def nadam(w, dw, config):
    b1, b2, t = config.get("beta1", 0.9), config.get("beta2", 0.999), config.get("t", 0) + 1
    m = b1 * config.get("m", np.zeros_like(w)) + (1 - b1) * dw
    v = b2 * config.get("v", np.zeros_like(w)) + (1 - b2) * dw**2
    config["m"], config["v"], config["t"] = m, v, t
    look = (b1 * m + (1 - b1) * dw) / (1 - b1**t)
    denom = np.sqrt(v / (1 - b2**t)) + config.get("epsilon", 1e-8)
    return w - config.get("learning_rate", 1e-3) * look / denom, config
