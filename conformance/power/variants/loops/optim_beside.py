"""Further update rules, clipping and schedules, element by element; the state under names of its own."""

import math

import numpy as np


def each(w, dw, config, names, function):
    """``function(w, dw, *state) -> (w, *state)`` of every element; the state stands in the config."""
    states = [config.get(name, np.zeros_like(w)) for name in names]
    new = [np.zeros_like(w) for _ in (w, *names)]
    for place in np.ndindex(w.shape):
        found = function(float(w[place]), float(dw[place]), *(float(state[place]) for state in states))
        for array, value in zip(new, found, strict=True):
            array[place] = value
    return new[0], {**config, **dict(zip(names, new[1:], strict=True))}


def moments(config, g, m, v, t):
    """Both of Adam, and as they are corrected."""
    b1, b2 = config["beta1"], config["beta2"]
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
    return m, v, m / (1 - b1**t), v / (1 - b2**t)


def adamw(w, dw, config):
    """Decayed first, then moved."""
    t = config.get("step", 0) + 1

    def one(p, g, m, v):
        m, v, mhat, vhat = moments(config, g, m, v, t)
        p = p * (1 - config["learning_rate"] * config["weight_decay"])
        return p - config["learning_rate"] * mhat / (math.sqrt(vhat) + config["epsilon"]), m, v

    return each(w, dw, {**config, "step": t}, ("first", "second"), one)


def nadam(w, dw, config):
    """The gradient counts twice."""
    t = config.get("step", 0) + 1

    def one(p, g, m, v):
        m, v, mhat, vhat = moments(config, g, m, v, t)
        b1 = config["beta1"]
        ahead = b1 * mhat + (1 - b1) * g / (1 - b1**t)
        return p - config["learning_rate"] * ahead / (math.sqrt(vhat) + config["epsilon"]), m, v

    return each(w, dw, {**config, "step": t}, ("first", "second"), one)


def adagrad(w, dw, config):
    """The sum of squares."""

    def one(p, g, total):
        total += g * g
        return p - config["learning_rate"] * g / (math.sqrt(total) + config["epsilon"]), total

    return each(w, dw, config, ("sum_of_squares",), one)


def adadelta(w, dw, config):
    """Two averages."""
    rho, eps = config["decay_rate"], config["epsilon"]

    def one(p, g, squares, steps):
        squares = rho * squares + (1 - rho) * g * g
        step = g * math.sqrt((steps + eps) / (squares + eps))
        return p - step, squares, rho * steps + (1 - rho) * step * step

    return each(w, dw, config, ("g2", "d2"), one)


def sgd_weight_decay(w, dw, config):
    """One formula."""
    rate, decay = config["learning_rate"], config["weight_decay"]
    return each(w, dw, config, (), lambda p, g: (p - rate * g - rate * decay * p,))


def sgd_dampened(w, dw, config):
    """An average of the gradients."""
    mu = config["momentum"]

    def one(p, g, v):
        v = v + (1 - mu) * (g - v)
        return p - config["learning_rate"] * v, v

    return each(w, dw, config, ("mean",), one)


def clip_grad_norm(grads, max_norm):
    """The norm added up, gradient by gradient; written in place."""
    total = 0.0
    for gradient in grads.values():
        for value in gradient.flat:
            total += float(value) ** 2
    norm = math.sqrt(total)
    if norm > max_norm:
        for gradient in grads.values():
            np.multiply(gradient, max_norm / norm, out=gradient)
    return grads


def clip_grad_value(grads, limit):
    """Element by element, in place."""
    for gradient in grads.values():
        for place in np.ndindex(gradient.shape):
            gradient[place] = min(max(gradient[place], -limit), limit)
    return grads


def step_schedule(learning_rate, step, step_size, gamma):
    """Fall by fall."""
    for at in range(1, step + 1):
        if at % step_size == 0:
            learning_rate = learning_rate * gamma
    return learning_rate


def exponential_schedule(learning_rate, step, gamma):
    """Step by step."""
    for _ in range(step):
        learning_rate = learning_rate * gamma
    return learning_rate


def cosine_schedule(learning_rate, step, total, least):
    """By the square of the cosine of half the angle."""
    return least + (learning_rate - least) * math.cos(math.pi * step / total / 2) ** 2


def warmup_schedule(learning_rate, step, warmup):
    """Stair by stair."""
    return learning_rate if step + 1 >= warmup else learning_rate / warmup * (step + 1)
