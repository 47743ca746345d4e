import numpy as np


def sgd_weight_decay(w, dw, config):
    lr, wd = config["learning_rate"], config["weight_decay"]
    d = dw + wd * dw  # WRONG; right: d = dw + wd * w
    return w - lr * d, config
