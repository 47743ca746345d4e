import numpy as np


def adagrad(w, dw, config):
    acc = config.get("cache", np.zeros_like(w))
    acc = acc + dw**2
    config["cache"] = acc
    return w - config["learning_rate"] / (np.sqrt(acc) + config["epsilon"]) * dw, config
