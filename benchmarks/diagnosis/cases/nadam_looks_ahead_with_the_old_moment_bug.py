import numpy as np


def nadam(w, dw, config):
    b1, b2, lr = config["beta1"], config["beta2"], config["learning_rate"]
    m_old, v_old = config.get("m", np.zeros_like(w)), config.get("v", np.zeros_like(w))
    t = config.get("t", 0) + 1
    m = b1 * m_old + (1 - b1) * dw
    v = b2 * v_old + (1 - b2) * dw * dw
    config["m"], config["v"], config["t"] = m, v, t
    ahead = (b1 * m_old + (1 - b1) * dw) / (1 - b1 ** t)  # WRONG; right: ahead = (b1 * m + (1 - b1) * dw) / (1 - b1 ** t)
    return w - lr * ahead / (np.sqrt(v / (1 - b2 ** t)) + config["epsilon"]), config
