"""Adam with its average and its correction each written once."""

import numpy as np


def average(old, new, decay):
    return decay * old + (1 - decay) * new


def correct(moment, beta, t):
    return moment / (1 - beta**t)


def adam(w, dw, config=None):
    config = {} if config is None else config
    learning_rate = config.setdefault("learning_rate", 1e-3)
    beta1 = config.setdefault("beta1", 0.9)
    beta2 = config.setdefault("beta2", 0.999)
    epsilon = config.setdefault("epsilon", 1e-8)
    t = config.get("t", 0) + 1
    m = average(config.get("m", np.zeros_like(w)), dw, beta1)
    v = average(config.get("v", np.zeros_like(w)), dw**2, beta2)
    corrected_m = correct(m, beta1, t)
    corrected_v = correct(v, beta2, t)
    next_w = w - learning_rate * corrected_m / (np.sqrt(corrected_v) + epsilon)
    config["t"] = t
    config["m"] = m
    config["v"] = v
    return next_w, config
