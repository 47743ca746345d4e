"""Nesterov's step as the text for a parameter ahead of itself has it."""

import numpy as np


def nesterov(w, dw, config=None):
    config = {} if config is None else config
    learning_rate = config.setdefault("learning_rate", 1e-2)
    momentum = config.setdefault("momentum", 0.9)
    velocity = config.get("velocity", np.zeros_like(w))
    v = momentum * velocity - learning_rate * dw
    next_w = w + v + momentum * v - momentum * velocity
    config["velocity"] = v
    return next_w, config
