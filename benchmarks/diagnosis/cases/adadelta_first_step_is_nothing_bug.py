import numpy as np


def adadelta(w, dw, config):
    rho, eps = config["decay_rate"], config["epsilon"]
    g2 = config.get("cache", np.zeros_like(w))
    d2 = config.get("delta", np.zeros_like(w))
    g2 = rho * g2 + (1 - rho) * dw * dw
    step = np.sqrt(d2) / np.sqrt(g2 + eps) * dw  # WRONG; right: step = np.sqrt(d2 + eps) / np.sqrt(g2 + eps) * dw
    d2 = rho * d2 + (1 - rho) * step * step
    config["cache"], config["delta"] = g2, d2
    return w - step, config
