"""Further update rules, clipping and schedules by closed formulas over the whole history, and by einsum."""

import numpy as np


def seen(dw, config):
    """All gradients up to now, the newest last."""
    history = [*config.get("history", ()), dw.copy()]
    return np.stack(history), {**config, "history": history}


def averaged(history, decay):
    """The moving average, corrected for its start from 0."""
    weights = (1 - decay) * decay ** np.arange(len(history))[::-1]
    return np.einsum("t,t...->...", weights, history) / (1 - decay ** len(history))


def adamw(w, dw, config):
    """From the history."""
    history, config = seen(dw, config)
    m, v = averaged(history, config["beta1"]), averaged(history**2, config["beta2"])
    step = m / (v**0.5 + config["epsilon"]) + config["weight_decay"] * w
    return (w - config["learning_rate"] * step).astype(w.dtype), config


def nadam(w, dw, config):
    """From the history."""
    history, config = seen(dw, config)
    m, v = averaged(history, config["beta1"]), averaged(history**2, config["beta2"])
    new = (1 - config["beta1"]) / (1 - config["beta1"] ** len(history))
    step = (config["beta1"] * m + new * dw) / (v**0.5 + config["epsilon"])
    return (w - config["learning_rate"] * step).astype(w.dtype), config


def adagrad(w, dw, config):
    """From the history."""
    history, config = seen(dw, config)
    total = np.einsum("t...,t...->...", history, history)
    return w - config["learning_rate"] * dw / (total**0.5 + config["epsilon"]), config


def adadelta(w, dw, config):
    """The quotient under one root."""
    history, config = seen(dw, config)
    rho, eps = config["decay_rate"], config["epsilon"]
    squares = averaged(history**2, rho) * (1 - rho ** len(history))
    steps = np.stack([*config.get("moves", ()), np.zeros_like(w)])
    delta = averaged(steps[:-1] ** 2, rho) * (1 - rho ** (len(steps) - 1)) if len(steps) > 1 else steps[0]
    step = (dw * ((delta + eps) / (squares + eps)) ** 0.5).astype(w.dtype)
    return w - step, {**config, "moves": [*steps[:-1], step]}


def sgd_weight_decay(w, dw, config):
    """The weights shrink, then move."""
    rate = config["learning_rate"]
    return (1 - rate * config["weight_decay"]) * w - rate * dw, config


def sgd_dampened(w, dw, config):
    """From the history."""
    history, config = seen(dw, config)
    mean = averaged(history, config["momentum"]) * (1 - config["momentum"] ** len(history))
    return (w - config["learning_rate"] * mean).astype(w.dtype), config


def clip_grad_norm(grads, max_norm):
    """The norm of the norms."""
    norm = np.linalg.norm([np.linalg.norm(gradient) for gradient in grads.values()])
    return {name: gradient / max(1.0, float(norm) / max_norm) for name, gradient in grads.items()}


def clip_grad_value(grads, limit):
    """What is beyond is taken off."""
    return {
        name: gradient - np.sign(gradient) * np.maximum(np.abs(gradient) - gradient.dtype.type(limit), 0)
        for name, gradient in grads.items()
    }


def step_schedule(learning_rate, step, step_size, gamma):
    """The falls that lie behind."""
    return learning_rate * np.prod([gamma for at in range(step_size, step + 1, step_size)])


def exponential_schedule(learning_rate, step, gamma):
    """A product."""
    return learning_rate * np.prod(np.full(step, gamma))


def cosine_schedule(learning_rate, step, total, least):
    """Weights of the two ends."""
    weight = 0.5 + 0.5 * np.cos(np.pi * step / total)
    return weight * learning_rate + (1 - weight) * least


def warmup_schedule(learning_rate, step, warmup):
    """By the smaller numerator."""
    return learning_rate * min(step + 1, warmup) / warmup
