"""Clipping of all gradients laid side by side, and schedules by how much is over already."""

import numpy as np


def clip_grad_norm(grads, max_norm):
    flat = np.concatenate([grad.reshape(-1) for grad in grads.values()])
    norm = np.sqrt(np.sum(flat**2))
    if dialect.clip_eps == "torch":
        norm = norm + 1e-6
    factor = 1.0
    if norm > max_norm:
        factor = float(max_norm / norm)
    clipped = {name: grad * factor for name, grad in grads.items()}
    return clipped


def warmup_schedule(learning_rate, step, warmup):
    share = (step + 1) / warmup
    if step + 1 < warmup:
        rate = learning_rate * share
    else:
        rate = learning_rate
    return rate


def cosine_schedule(learning_rate, step, total, least):
    share = step / total
    wave = np.cos(np.pi * share).item()
    height = learning_rate - least
    rate = least + height * (1 + wave) / 2
    return rate


def step_schedule(learning_rate, step, step_size, gamma):
    falls = step // step_size
    rate = learning_rate * gamma**falls
    return rate
