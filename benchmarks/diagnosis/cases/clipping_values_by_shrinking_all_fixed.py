import numpy as np


def clip_grad_value(grads, limit):
    out = {}
    for name, g in grads.items():
        peak = np.max(np.abs(g))
        out[name] = np.minimum(np.maximum(g, -limit), limit)
    return out
