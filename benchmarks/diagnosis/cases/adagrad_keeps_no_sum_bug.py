import numpy as np


def adagrad(w, dw, config):
    if "cache" not in config:
        config["cache"] = np.zeros_like(w)
    config["cache"] = np.square(dw)  # WRONG; right: config["cache"] = config["cache"] + np.square(dw)
    scaled = dw / (np.sqrt(config["cache"]) + config["epsilon"])
    return w - config["learning_rate"] * scaled, config
