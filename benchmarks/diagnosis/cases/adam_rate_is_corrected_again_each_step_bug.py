import numpy as np


def adam(w, dw, config=None):
    cfg = dict(learning_rate=1e-3, beta1=0.9, beta2=0.999, epsilon=1e-8, t=0) | (config or {})
    m, v = cfg.get("m", np.zeros_like(w)), cfg.get("v", np.zeros_like(w))
    t = cfg["t"] + 1
    m = m + (1 - cfg["beta1"]) * (dw - m)
    v = v + (1 - cfg["beta2"]) * (dw ** 2 - v)
    bias1, bias2 = 1 - cfg["beta1"] ** t, 1 - cfg["beta2"] ** t
    rate = cfg["learning_rate"] / bias1
    cfg["learning_rate"] = rate
    cfg.update(m=m, v=v, t=t)
    return w - rate * m / (np.sqrt(v / bias2) + cfg["epsilon"]), cfg
