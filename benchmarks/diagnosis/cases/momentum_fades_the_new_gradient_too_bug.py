import numpy as np


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    g = config["learning_rate"] * dw
    v = config["momentum"] * (v - g)  # WRONG; right: v = config["momentum"] * v - g
    config["velocity"] = v
    return w + v, config
