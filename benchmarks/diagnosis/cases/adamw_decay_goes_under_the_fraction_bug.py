import numpy as np


def adamw(w, dw, config):
    lr, wd = config["learning_rate"], config["weight_decay"]
    b1, b2, eps = config["beta1"], config["beta2"], config["epsilon"]
    t = config.get("t", 0) + 1
    m = b1 * config.get("m", np.zeros_like(w)) + (1 - b1) * dw
    v = b2 * config.get("v", np.zeros_like(w)) + (1 - b2) * dw ** 2
    config["t"], config["m"], config["v"] = t, m, v
    m_hat, v_hat = m / (1 - b1 ** t), v / (1 - b2 ** t)
    step = (m_hat + wd * w) / (np.sqrt(v_hat) + eps)  # WRONG; right: step = m_hat / (np.sqrt(v_hat) + eps) + wd * w
    return w - lr * step, config
