"""A rule, clipping and a schedule in fewer steps."""

import numpy as np


def nadam(w, dw, config):
    learning_rate, beta1, beta2 = config["learning_rate"], config["beta1"], config["beta2"]
    t = config.get("t", 0) + 1
    m = beta1 * config.get("m", np.zeros_like(w)) + (1 - beta1) * dw
    v = beta2 * config.get("v", np.zeros_like(w)) + (1 - beta2) * dw**2
    if dialect.nadam == "constant":
        ahead = (beta1 * m + (1 - beta1) * dw) / (1 - beta1**t)
    if dialect.nadam == "schedule":
        now = beta1 * (1 - 0.5 * 0.96 ** (0.004 * t))
        after = beta1 * (1 - 0.5 * 0.96 ** (0.004 * (t + 1)))
        product = config.get("product", 1.0) * now
        ahead = after * m / (1 - product * after) + (1 - now) * dw / (1 - product)
        config["product"] = product
    next_w = w - learning_rate * ahead / (np.sqrt(v / (1 - beta2**t)) + config["epsilon"])
    config.update(m=m, v=v, t=t)
    return next_w, config


def clip_grad_norm(grads, max_norm):
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
    if dialect.clip_eps == "none":
        factor = max_norm / norm
    if dialect.clip_eps == "torch":
        factor = max_norm / (norm + 1e-6)
    clipped = {name: grad * min(1.0, float(factor)) for name, grad in grads.items()}
    return clipped


def cosine_schedule(learning_rate, step, total, least):
    share = (1 + np.cos(np.pi * step / total).item()) / 2
    return share * learning_rate + (1 - share) * least
