import numpy as np


def sgd_dampened(w, dw, config):
    beta, alpha = config["momentum"], config["learning_rate"]
    v = config.get("velocity")
    if v is None:
        v = dw  # WRONG; right: v = np.zeros_like(dw)
    v = beta * v + (1 - beta) * dw
    config["velocity"] = v
    return w - alpha * v, config
