"""Further update rules, clipping and schedules, a step a line; written in place."""

import numpy as np


def adamw(w, dw, config):
    """One step a line; the decay in the same subtraction."""
    m, v, t = config.get("m"), config.get("v"), config.get("t", 0)
    m = np.zeros_like(w) if m is None else m
    v = np.zeros_like(w) if v is None else v
    t += 1
    m *= config["beta1"]
    m += (1 - config["beta1"]) * dw
    v *= config["beta2"]
    v += (1 - config["beta2"]) * dw * dw
    config.update(m=m, v=v, t=t)
    direction = m / (1 - config["beta1"] ** t) / (np.sqrt(v / (1 - config["beta2"] ** t)) + config["epsilon"])
    w -= config["learning_rate"] * (direction + config["weight_decay"] * w)
    return w, config


def nadam(w, dw, config):
    """The look-ahead by the new moment."""
    t = config["t"] = config.get("t", 0) + 1
    beta1, beta2 = config["beta1"], config["beta2"]
    m = config["m"] = beta1 * config.get("m", 0) + (1 - beta1) * dw
    v = config["v"] = beta2 * config.get("v", 0) + (1 - beta2) * dw**2
    weight = beta1 / (1 - beta1**t)
    share = (1 - beta1) / (1 - beta1**t)
    root = np.sqrt(v) / np.sqrt(1 - beta2**t).astype(w.dtype)
    w -= config["learning_rate"] * (weight * m + share * dw) / (root + config["epsilon"])
    return w, config


def adagrad(w, dw, config):
    """A cache that grows."""
    config["cache"] = config.get("cache", 0) + dw * dw
    root = np.sqrt(config["cache"])
    return w - config["learning_rate"] / (root + config["epsilon"]) * dw, config


def adadelta(w, dw, config):
    """Roots apart."""
    rho, eps = config["decay_rate"], config["epsilon"]
    squares = rho * config.get("squares", 0) + (1 - rho) * np.square(dw)
    steps = config.get("steps", np.zeros_like(w))
    above, below = np.sqrt(steps + eps), np.sqrt(squares + eps)
    step = -above / below * dw
    config["squares"], config["steps"] = squares, rho * steps + (1 - rho) * np.square(step)
    return w + step, config


def sgd_weight_decay(w, dw, config):
    """The penalty's gradient added."""
    gradient = dw + config["weight_decay"] * w
    w -= config["learning_rate"] * gradient
    return w, config


def sgd_dampened(w, dw, config):
    """The velocity in place."""
    velocity = config.setdefault("velocity", np.zeros_like(w))
    velocity *= config["momentum"]
    velocity += (1 - config["momentum"]) * dw
    w -= config["learning_rate"] * velocity
    return w, config


def clip_grad_norm(grads, max_norm):
    """All elements side by side."""
    norm = np.linalg.norm(np.concatenate([gradient.ravel() for gradient in grads.values()]))
    factor = max_norm / max(norm, max_norm)
    return {name: (gradient * factor).astype(gradient.dtype) for name, gradient in grads.items()}


def clip_grad_value(grads, limit):
    """Two comparisons."""
    return {name: np.maximum(np.minimum(gradient, limit), -limit) for name, gradient in grads.items()}


def step_schedule(learning_rate, step, step_size, gamma):
    """Whole falls."""
    return learning_rate * np.power(gamma, np.floor(step / step_size))


def exponential_schedule(learning_rate, step, gamma):
    """By exp."""
    return learning_rate * np.exp(step * np.log(gamma))


def cosine_schedule(learning_rate, step, total, least):
    """The mean and the wave."""
    middle, height = (learning_rate + least) / 2, (learning_rate - least) / 2
    return middle + height * np.cos(np.pi * step / total)


def warmup_schedule(learning_rate, step, warmup):
    """A clipped share."""
    return learning_rate * np.clip((step + 1) / warmup, 0, 1)
