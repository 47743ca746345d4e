"""Weight decay as a step of its own, before the gradient's or after it."""

import numpy as np


def sgd_weight_decay(w, dw, config):
    learning_rate = config["learning_rate"]
    weight_decay = config["weight_decay"]
    stepped = w - learning_rate * dw
    next_w = stepped - learning_rate * weight_decay * w
    return next_w, config
