import numpy as np


def sgd_weight_decay(w, dw, config):
    lr, wd = config["learning_rate"], config["weight_decay"]
    next_w = w - lr * dw - wd * w  # WRONG; right: next_w = w - lr * dw - lr * wd * w
    return next_w, config
