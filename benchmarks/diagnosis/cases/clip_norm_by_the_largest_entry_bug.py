import numpy as np


def clip_grad_norm(grads, max_norm):
    total = max(np.abs(g).max() for g in grads.values())  # WRONG; right: total = np.sqrt(sum((g ** 2).sum() for g in grads.values()))
    if total <= max_norm:
        return {k: g.copy() for k, g in grads.items()}
    c = max_norm / total
    return {k: (g * c).astype(g.dtype) for k, g in grads.items()}
