import numpy as np


def adamw(w, dw, config):
    lr, b1, b2, eps = config["learning_rate"], config["beta1"], config["beta2"], config["epsilon"]
    config["t"] = config.get("t", 0) + 1
    config["m"] = b1 * config.get("m", 0) + (1 - b1) * dw
    config["v"] = b2 * config.get("v", 0) + (1 - b2) * (dw * dw)
    mhat = config["m"] / (1 - b1 ** config["t"])
    vhat = config["v"] / (1 - b2 ** config["t"])
    next_w = w - lr * mhat / (np.sqrt(vhat) + eps)
    next_w = next_w - config["weight_decay"] * w  # WRONG; right: next_w = next_w - lr * config["weight_decay"] * w
    return next_w, config
