import numpy as np


def clip_grad_norm(grads, max_norm):
    clipped = {}
    for key in grads:
        norm = np.linalg.norm(grads[key])  # WRONG; right: norm = np.sqrt(sum(np.linalg.norm(g) ** 2 for g in grads.values()))
        coef = min(1.0, max_norm / max(norm, 1e-300))
        clipped[key] = (grads[key] * coef).astype(grads[key].dtype)
    return clipped
