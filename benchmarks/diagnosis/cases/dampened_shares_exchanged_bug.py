import numpy as np


def sgd_dampened(w, dw, config):
    beta = config["momentum"]
    v = config.get("velocity", np.zeros_like(w))
    v = v + beta * (dw - v)  # WRONG; right: v = v + (1 - beta) * (dw - v)
    config["velocity"] = v
    return w - config["learning_rate"] * v, config
