import numpy as np


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v_new = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v_new
    config["velocity"] = v  # WRONG; right: config["velocity"] = v_new
    return next_w, config
