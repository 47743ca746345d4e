import numpy as np


def adagrad(w, dw, config):
    G = config.get("cache", np.zeros_like(w))
    denom = np.sqrt(G) + config["epsilon"]  # WRONG; right: denom = np.sqrt(G + dw**2) + config["epsilon"]
    config["cache"] = G + dw**2
    return w - config["learning_rate"] / denom * dw, config
