"""Adam with its average, its correction and its count each written once."""

import numpy as np


def average(old, new, decay):
    return decay * old + (1 - decay) * new


def bias_correction(config, m, v, beta1, beta2):
    config["t"] += 1
    corrected_m = corrected(m, beta1, config["t"])
    corrected_v = corrected(v, beta2, config["t"])
    return corrected_m, corrected_v


def corrected(moment, beta, t):
    return moment / (1 - beta**t)


def adam(w, dw, config=None):
    config = {} if config is None else config
    learning_rate = config.setdefault("learning_rate", 1e-3)
    beta1 = config.setdefault("beta1", 0.9)
    beta2 = config.setdefault("beta2", 0.999)
    epsilon = config.setdefault("epsilon", 1e-8)
    config.setdefault("t", 0)
    m = average(config.get("m", np.zeros_like(w)), dw, beta1)
    v = average(config.get("v", np.zeros_like(w)), dw**2, beta2)
    config["m"], config["v"] = m, v
    m, v = bias_correction(config, m, v, beta1, beta2)
    next_w = w - learning_rate * m / (np.sqrt(v) + epsilon)
    return next_w, config
