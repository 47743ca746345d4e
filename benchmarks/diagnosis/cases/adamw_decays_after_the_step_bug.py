import numpy as np


def adamw(w, dw, config):
    lr, wd = config["learning_rate"], config["weight_decay"]
    b1, b2 = config["beta1"], config["beta2"]
    config["t"] = t = config.get("t", 0) + 1
    config["m"] = b1 * config.get("m", 0 * w) + (1 - b1) * dw
    config["v"] = b2 * config.get("v", 0 * w) + (1 - b2) * dw * dw
    step = (config["m"] / (1 - b1 ** t)) / (np.sqrt(config["v"] / (1 - b2 ** t)) + config["epsilon"])
    stepped = w - lr * step
    return stepped - lr * wd * stepped, config  # WRONG; right: return stepped - lr * wd * w, config
