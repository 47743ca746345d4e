import numpy as np


def clip_grad_norm(grads, max_norm):
    total = sum(float(np.vdot(g, g)) for g in grads.values())
    if total > max_norm:  # WRONG; right: if total ** 0.5 > max_norm:
        ratio = max_norm / total ** 0.5
        return {name: (g * ratio).astype(g.dtype) for name, g in grads.items()}
    return {name: g.copy() for name, g in grads.items()}
