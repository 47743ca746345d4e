import numpy as np


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for g in grads.values():
        total += float((g.astype(np.float64) ** 2).sum())
    norm = total
    if norm <= max_norm:
        return dict(grads)
    return {k: (g * (max_norm / norm)).astype(g.dtype) for k, g in grads.items()}
