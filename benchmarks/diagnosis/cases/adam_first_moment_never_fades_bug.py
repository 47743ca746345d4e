import numpy as np


def adam(w, dw, config=None):
    cfg = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    if config is None:
        config = {}
    for key in cfg:
        config.setdefault(key, cfg[key])
    m, v = config.get("m", np.zeros_like(w)), config.get("v", np.zeros_like(w))
    b1, b2 = config["beta1"], config["beta2"]
    config["t"] += 1
    m = m + (1 - b1) * dw  # WRONG; right: m = b1 * m + (1 - b1) * dw
    v = b2 * v + (1 - b2) * np.square(dw)
    config["m"], config["v"] = m, v
    alpha = config["learning_rate"]
    mt, vt = m / (1 - b1 ** config["t"]), v / (1 - b2 ** config["t"])
    return w - alpha * mt / (np.sqrt(vt) + config["epsilon"]), config
