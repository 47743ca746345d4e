import numpy as np


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    lr = config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    velocity = config.get("velocity", np.zeros_like(w))
    velocity = 0.9 * velocity - lr * dw  # WRONG; right: velocity = config["momentum"] * velocity - lr * dw
    config["velocity"] = velocity
    return w + velocity, config
