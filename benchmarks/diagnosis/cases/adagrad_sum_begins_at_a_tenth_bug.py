import numpy as np


def adagrad(w, dw, config):
    acc = config.get("cache")
    if acc is None:
        acc = np.full_like(w, 0.1)  # WRONG; right: acc = np.full_like(w, 0.0)
    acc = acc + np.square(dw)
    config["cache"] = acc
    return w - config["learning_rate"] * dw / (np.sqrt(acc) + config["epsilon"]), config
