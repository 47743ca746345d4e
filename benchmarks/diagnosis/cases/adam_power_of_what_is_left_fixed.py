import numpy as np


def adam(w, dw, config=None):
    c = {} if config is None else config
    for k, v in (("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("t", 0)):
        c.setdefault(k, v)
    c.setdefault("m", np.zeros_like(w))
    c.setdefault("v", np.zeros_like(w))
    c["t"] += 1
    b1, b2, t = c["beta1"], c["beta2"], c["t"]
    c["m"] = b1 * c["m"] + (1 - b1) * dw
    c["v"] = b2 * c["v"] + (1 - b2) * dw * dw
    m_hat = c["m"] / (1 - b1 ** t)
    v_hat = c["v"] / (1 - b2 ** t)
    return w - c["learning_rate"] * m_hat / (np.sqrt(v_hat) + c["epsilon"]), c
