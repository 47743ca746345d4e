import numpy as np


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for g in grads.values():
        total += float((g.astype(np.float64) ** 2).sum())
    total = total ** 0.5
    if total <= max_norm:
        return {k: g.copy() for k, g in grads.items()}
    share = total / max_norm  # WRONG; right: share = max_norm / total
    return {k: (g * share).astype(g.dtype) for k, g in grads.items()}
