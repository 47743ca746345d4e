import numpy as np


def adadelta(w, dw, config):
    rho, eps = config["decay_rate"], config["epsilon"]
    g2 = rho * config.get("cache", np.zeros_like(w)) + (1 - rho) * dw * dw
    d2 = config.get("delta", np.zeros_like(w))
    step = np.sqrt(d2 + eps) / np.sqrt(g2 + eps) * dw
    config["cache"] = g2
    config["delta"] = (1 - rho) * step * step  # WRONG; right: config["delta"] = rho * d2 + (1 - rho) * step * step
    return w - step, config
