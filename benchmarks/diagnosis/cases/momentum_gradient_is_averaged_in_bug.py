import numpy as np


def sgd_momentum(w, dw, config=None):
    config = config or {}
    lr, mu = config.setdefault("learning_rate", 1e-2), config.setdefault("momentum", 0.9)
    vel = config.get("velocity", np.zeros_like(w))
    vel = mu * vel - (1 - mu) * lr * dw
    config["velocity"] = vel
    return w + vel, config
