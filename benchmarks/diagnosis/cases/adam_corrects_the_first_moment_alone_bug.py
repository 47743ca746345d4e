import numpy as np


def adam(w, dw, config=None):
    config = {} if config is None else config
    lr = config.setdefault("learning_rate", 1e-3)
    beta1, beta2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    eps = config.setdefault("epsilon", 1e-8)
    config["t"] = t = config.get("t", 0) + 1
    config["m"] = beta1 * config.get("m", 0 * w) + (1 - beta1) * dw
    config["v"] = beta2 * config.get("v", 0 * w) + (1 - beta2) * dw * dw
    m_corrected = config["m"] / (1 - np.power(beta1, t))
    v_corrected = config["v"]  # WRONG; right: v_corrected = config["v"] / (1 - np.power(beta2, t))
    step = lr * m_corrected / (np.sqrt(v_corrected) + eps)
    return w - step, config
