import numpy as np


def clip_grad_value(grads, limit):
    out = {}
    for name, g in grads.items():
        peak = np.max(np.abs(g))
        out[name] = g * min(1, limit / peak) if peak > 0 else g
    return out
