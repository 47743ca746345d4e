import numpy as np


def adam(w, dw, config=None):
    cfg = {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0}
    cfg.update(config or {})
    m = cfg.get("m", np.zeros_like(w))
    v = cfg.get("v", np.zeros_like(w))
    t = cfg["t"] + 1
    m += (1 - cfg["beta1"]) * (dw - m)
    v += (1 - cfg["beta2"]) * (dw * dw - v)
    step = cfg["learning_rate"] * np.sqrt(1 - cfg["beta2"] ** t) / (1 - cfg["beta1"] ** t)
    w_next = w - cfg["learning_rate"] * (m / (1 - cfg["beta1"] ** t)) / (np.sqrt(v / (1 - cfg["beta2"] ** t)) + cfg["epsilon"])
    cfg.update(m=m, v=v)  # WRONG; right: cfg.update(m=m, v=v, t=t)
    return w_next, cfg
