import numpy as np


def adadelta(w, dw, config):
    rho, eps = config["decay_rate"], config["epsilon"]
    Eg = config.get("cache", np.zeros_like(w))
    Ex = config.get("delta", np.zeros_like(w))
    Eg = rho * Eg + (1 - rho) * dw * dw
    upd = -dw * np.sqrt((Ex + eps) / (Eg + eps))
    Ex = rho * Ex + (1 - rho) * dw * dw  # WRONG; right: Ex = rho * Ex + (1 - rho) * upd * upd
    config["cache"], config["delta"] = Eg, Ex
    return w + upd, config
