import numpy as np


def adam(w, dw, config=None):
    config = config or {}
    lr, eps = config.setdefault("learning_rate", 1e-3), config.setdefault("epsilon", 1e-8)
    beta1, beta2 = config.setdefault("beta1", 0.9), config.setdefault("beta2", 0.999)
    t = config.get("t", 0) + 1
    m = config.get("m", np.zeros_like(w))
    v = config.get("v", np.zeros_like(w))
    m = m + (1 - beta1) * (dw - m)
    v = v + (1 - beta2) * (dw ** 2 - v)
    m_unbias = m / (1 - beta1 * t)  # WRONG; right: m_unbias = m / (1 - beta1 ** t)
    v_unbias = v / (1 - beta2 ** t)
    config.update(m=m, v=v, t=t)
    return w - lr * m_unbias / (np.sqrt(v_unbias) + eps), config
