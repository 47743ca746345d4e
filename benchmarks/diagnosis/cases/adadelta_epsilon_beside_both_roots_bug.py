import numpy as np


def rms(a, e):
    return np.sqrt(a) + e


def adadelta(w, dw, config):
    rho, eps = config["decay_rate"], config["epsilon"]
    g2 = rho * config.get("cache", np.zeros_like(w)) + (1 - rho) * dw**2
    d2 = config.get("delta", np.zeros_like(w))
    step = dw * rms(d2, eps) / rms(g2, eps)
    config["cache"] = g2
    config["delta"] = rho * d2 + (1 - rho) * step**2
    return w - step, config
