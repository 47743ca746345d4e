import numpy as np


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    lr = config.get("learning_rate", 0.01)
    v_old = config.get("velocity", np.zeros_like(w))
    v_new = config.get("momentum", 0.9) * v_old - dw
    config["velocity"] = v_new
    return w + v_old, config
