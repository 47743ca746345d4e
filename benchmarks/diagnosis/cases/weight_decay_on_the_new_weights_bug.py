import numpy as np


def sgd_weight_decay(w, dw, config):
    lr, wd = config["learning_rate"], config["weight_decay"]
    stepped = w - lr * dw
    return stepped - lr * wd * stepped, config
