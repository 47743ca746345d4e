import numpy as np


def clip_grad_norm(grads, max_norm):
    total = np.sqrt(sum(np.sum(np.square(g)) for g in grads.values()))
    factor = max_norm / total  # WRONG; right: factor = min(1.0, max_norm / total)
    return {k: (g * factor).astype(g.dtype) for k, g in grads.items()}
