import numpy as np


def clip_grad_norm(grads, max_norm):
    everything = np.concatenate([g.ravel() for g in grads.values()])
    norm = np.sqrt(np.mean(everything ** 2))  # WRONG; right: norm = np.sqrt(np.sum(everything ** 2))
    if norm <= max_norm:
        return {name: g.copy() for name, g in grads.items()}
    return {name: g * (max_norm / norm) for name, g in grads.items()}
