import numpy as np


def adam(w, dw, config=None):
    cfg = config if config is not None else {}
    cfg.setdefault("t", 0)
    lr, b1, b2 = cfg.get("learning_rate", 1e-3), cfg.get("beta1", 0.9), cfg.get("beta2", 0.999)
    eps = cfg.get("epsilon", 1e-8)
    t = cfg["t"] + 1
    cfg["t"] = t
    cfg["m"] = b1 * cfg.get("m", 0 * w) + (1 - b1) * dw
    cfg["v"] = b2 * cfg.get("v", 0 * w) + (1 - b2) * dw * dw
    m_hat, v_hat = cfg["m"] / (1 - b1**t), cfg["v"] / (1 - b2**t)
    return w - lr * m_hat / (v_hat**0.5 + eps), cfg
