import numpy as np


def clip_grad_norm(grads, max_norm):
    out = {}
    for k, g in grads.items():
        norm = np.sqrt(np.sum(g ** 2))
        if norm > max_norm:
            g = g * g.dtype.type(max_norm / norm)
        out[k] = g * 1
    return out
