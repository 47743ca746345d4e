import numpy as np


def nesterov(w, dw, config=None):
    config = dict() if config is None else config
    mu = config.setdefault("momentum", 0.9)
    lr = config.setdefault("learning_rate", 1e-2)
    v_prev = config.get("velocity", np.zeros_like(w))
    v = mu * v_prev - lr * dw
    config["velocity"] = v
    return w - mu * v_prev + (1 - mu) * v, config  # WRONG; right: return w - mu * v_prev + (1 + mu) * v, config
