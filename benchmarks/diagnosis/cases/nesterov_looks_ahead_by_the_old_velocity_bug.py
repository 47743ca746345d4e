import numpy as np


def nesterov(w, dw, config=None):
    config = config or {}
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    before = config.get("velocity", np.zeros_like(w))
    after = mu * before - lr * dw
    next_w = w + mu * before - lr * dw  # WRONG; right: next_w = w + mu * after - lr * dw
    config["velocity"] = after
    return next_w, config
