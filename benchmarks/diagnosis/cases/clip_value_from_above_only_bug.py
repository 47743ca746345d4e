import numpy as np


def clip_grad_value(grads, limit):
    out = dict()
    for k, g in grads.items():
        g = g.copy()
        g[g > limit] = limit
        g[g < -limit] = g[g < -limit]  # WRONG; right: g[g < -limit] = -limit
        out[k] = g
    return out
