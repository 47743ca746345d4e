import numpy as np


def adagrad(w, dw, config):
    acc = config.get("cache", np.zeros_like(w))
    acc = 0.9 * acc + 0.1 * dw**2
    config["cache"] = acc
    return w - config["learning_rate"] / (np.sqrt(acc) + config["epsilon"]) * dw, config
