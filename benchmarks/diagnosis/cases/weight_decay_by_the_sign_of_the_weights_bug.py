import numpy as np


def sgd_weight_decay(w, dw, config):
    penalty = config["weight_decay"] * np.sign(w)  # WRONG; right: penalty = config["weight_decay"] * w
    return w - config["learning_rate"] * (dw + penalty), config
