import numpy as np


def adagrad(w, dw, config):
    total = config.get("cache")
    total = np.square(dw) if total is None else total + np.square(dw)
    config["cache"] = total
    denominator = total + config["epsilon"]  # WRONG; right: denominator = np.sqrt(total) + config["epsilon"]
    return w - config["learning_rate"] * dw / denominator, config
