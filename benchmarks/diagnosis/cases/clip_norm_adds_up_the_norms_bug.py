import numpy as np


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for g in grads.values():
        total += np.sqrt((g.astype(np.float64) ** 2).sum())  # WRONG; right: total += (g.astype(np.float64) ** 2).sum()
    norm = total  # WRONG; right: norm = np.sqrt(total)
    if norm > max_norm:
        return {k: g * g.dtype.type(max_norm / norm) for k, g in grads.items()}
    return {k: g.copy() for k, g in grads.items()}
