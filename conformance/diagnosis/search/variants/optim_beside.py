"""Further update rules, clipping and schedules, a step a line."""

import numpy as np


def adamw(w, dw, config):
    learning_rate = config["learning_rate"]
    beta1 = config["beta1"]
    beta2 = config["beta2"]
    epsilon = config["epsilon"]
    weight_decay = config["weight_decay"]
    m = config.get("m", np.zeros_like(w))
    v = config.get("v", np.zeros_like(w))
    t = config.get("t", 0)
    t = t + 1
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    corrected_m = m / (1 - beta1**t)
    corrected_v = v / (1 - beta2**t)
    if dialect.adamw_eps == "outside":
        step = corrected_m / (np.sqrt(corrected_v) + epsilon)
    if dialect.adamw_eps == "root":
        step = corrected_m / np.sqrt(corrected_v + epsilon)
    next_w = w - learning_rate * step - learning_rate * weight_decay * w
    config["m"] = m
    config["v"] = v
    config["t"] = t
    return next_w, config


def nadam(w, dw, config):
    learning_rate = config["learning_rate"]
    beta1 = config["beta1"]
    beta2 = config["beta2"]
    epsilon = config["epsilon"]
    m = config.get("m", np.zeros_like(w))
    v = config.get("v", np.zeros_like(w))
    t = config.get("t", 0)
    t = t + 1
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw**2
    corrected_v = v / (1 - beta2**t)
    if dialect.nadam == "constant":
        ahead = beta1 * m / (1 - beta1**t) + (1 - beta1) * dw / (1 - beta1**t)
    if dialect.nadam == "schedule":
        now = beta1 * (1 - 0.5 * 0.96 ** (0.004 * t))
        after = beta1 * (1 - 0.5 * 0.96 ** (0.004 * (t + 1)))
        product = config.get("product", 1.0) * now
        ahead = after * m / (1 - product * after) + (1 - now) * dw / (1 - product)
        config["product"] = product
    next_w = w - learning_rate * ahead / (np.sqrt(corrected_v) + epsilon)
    config["m"] = m
    config["v"] = v
    config["t"] = t
    return next_w, config


def adagrad(w, dw, config):
    learning_rate = config["learning_rate"]
    epsilon = config["epsilon"]
    cache = config.get("cache", np.zeros_like(w))
    cache = cache + dw**2
    next_w = w - learning_rate * dw / (np.sqrt(cache) + epsilon)
    config["cache"] = cache
    return next_w, config


def adadelta(w, dw, config):
    decay_rate = config["decay_rate"]
    epsilon = config["epsilon"]
    cache = config.get("cache", np.zeros_like(w))
    delta = config.get("delta", np.zeros_like(w))
    cache = decay_rate * cache + (1 - decay_rate) * dw**2
    step = np.sqrt(delta + epsilon) / np.sqrt(cache + epsilon) * dw
    delta = decay_rate * delta + (1 - decay_rate) * step**2
    next_w = w - step
    config["cache"] = cache
    config["delta"] = delta
    return next_w, config


def sgd_weight_decay(w, dw, config):
    learning_rate = config["learning_rate"]
    weight_decay = config["weight_decay"]
    next_w = w - learning_rate * (dw + weight_decay * w)
    return next_w, config


def sgd_dampened(w, dw, config):
    learning_rate = config["learning_rate"]
    momentum = config["momentum"]
    velocity = config.get("velocity", np.zeros_like(w))
    v = momentum * velocity + (1 - momentum) * dw
    next_w = w - learning_rate * v
    config["velocity"] = v
    return next_w, config


def clip_grad_norm(grads, max_norm):
    total = 0.0
    for grad in grads.values():
        total += np.sum(grad**2)
    norm = float(np.sqrt(total))
    if dialect.clip_eps == "none":
        factor = max_norm / norm
    if dialect.clip_eps == "torch":
        factor = max_norm / (norm + 1e-6)
    if factor > 1:
        factor = 1.0
    clipped = {name: grad * factor for name, grad in grads.items()}
    return clipped


def clip_grad_value(grads, limit):
    clipped = {name: np.clip(grad, -limit, limit) for name, grad in grads.items()}
    return clipped


def step_schedule(learning_rate, step, step_size, gamma):
    return learning_rate * gamma ** (step // step_size)


def exponential_schedule(learning_rate, step, gamma):
    return learning_rate * gamma**step


def cosine_schedule(learning_rate, step, total, least):
    wave = np.cos(np.pi * step / total).item()
    return least + 0.5 * (learning_rate - least) * (1 + wave)


def warmup_schedule(learning_rate, step, warmup):
    return learning_rate * min(1.0, (step + 1) / warmup)
