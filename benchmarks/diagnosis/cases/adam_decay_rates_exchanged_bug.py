import numpy as np


def adam(w, dw, config=None):
    c = config if config is not None else {}
    lr, eps = c.get("learning_rate", 1e-3), c.get("epsilon", 1e-8)
    b2, b1 = c.get("beta1", 0.9), c.get("beta2", 0.999)
    t = c.get("t", 0) + 1
    m = b1 * c.get("m", np.zeros_like(w)) + (1 - b1) * dw
    v = b2 * c.get("v", np.zeros_like(w)) + (1 - b2) * dw * dw
    c.update(m=m, v=v, t=t)
    step = lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return w - step, c
