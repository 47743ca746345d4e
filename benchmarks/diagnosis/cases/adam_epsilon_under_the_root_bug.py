import numpy as np


def adam(w, dw, config=None):
    config = {} if config is None else config
    for key, value in [("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("t", 0)]:
        config.setdefault(key, value)
    config.setdefault("m", np.zeros_like(w))
    config.setdefault("v", np.zeros_like(w))
    config["t"] += 1
    config["m"] = config["m"] + (1 - config["beta1"]) * (dw - config["m"])
    config["v"] = config["v"] + (1 - config["beta2"]) * (dw**2 - config["v"])
    mh = config["m"] / (1 - config["beta1"] ** config["t"])
    vh = config["v"] / (1 - config["beta2"] ** config["t"])
    return w - config["learning_rate"] * mh / np.sqrt(vh + config["epsilon"]), config
