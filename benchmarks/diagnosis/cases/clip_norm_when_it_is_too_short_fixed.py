import numpy as np


def clip_grad_norm(grads, max_norm):
    total = np.sqrt(sum((g.astype(np.float64) ** 2).sum() for g in grads.values()))
    scale = 1.0
    if total > max_norm:
        scale = max_norm / total
    return {k: (g * scale).astype(g.dtype) for k, g in grads.items()}
