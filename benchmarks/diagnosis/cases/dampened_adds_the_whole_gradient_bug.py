import numpy as np


def sgd_dampened(w, dw, config):
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v + dw  # WRONG; right: v = config["momentum"] * v + (1 - config["momentum"]) * dw
    config["velocity"] = v
    return w - config["learning_rate"] * v, config
