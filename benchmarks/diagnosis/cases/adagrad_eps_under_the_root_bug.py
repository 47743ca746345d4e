import numpy as np


def adagrad(w, dw, config):
    config.setdefault("cache", np.zeros_like(w))
    config["cache"] = config["cache"] + dw * dw
    next_w = w - config["learning_rate"] * dw / np.sqrt(config["cache"] + config["epsilon"])  # WRONG; right: next_w = w - config["learning_rate"] * dw / (np.sqrt(config["cache"]) + config["epsilon"])
    return next_w, config
