import numpy as np


def nadam(w, dw, config):
    lr, b1, b2, eps = config["learning_rate"], config["beta1"], config["beta2"], config["epsilon"]
    t = config.get("t", 0) + 1
    m = b1 * config.get("m", np.zeros_like(w)) + (1 - b1) * dw
    v = b2 * config.get("v", np.zeros_like(w)) + (1 - b2) * dw ** 2
    m_hat = m / (1 - b1 ** t)
    v_hat = v / (1 - b2 ** t)
    m_bar = b1 * m_hat + (1 - b1) * dw  # WRONG; right: m_bar = b1 * m_hat + (1 - b1) * dw / (1 - b1 ** t)
    next_w = w - lr * m_bar / (np.sqrt(v_hat) + eps)
    config.update(m=m, v=v, t=t)
    return next_w, config
