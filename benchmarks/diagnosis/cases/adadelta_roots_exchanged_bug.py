import numpy as np


def adadelta(w, dw, config):
    rho, eps = config["decay_rate"], config["epsilon"]
    eg = config.get("cache", np.zeros_like(w))
    ed = config.get("delta", np.zeros_like(w))
    eg = rho * eg + (1 - rho) * dw ** 2
    rms_g, rms_d = np.sqrt(eg + eps), np.sqrt(ed + eps)
    step = rms_g / rms_d * dw  # WRONG; right: step = rms_d / rms_g * dw
    config["cache"], config["delta"] = eg, rho * ed + (1 - rho) * step ** 2
    return w - step, config
