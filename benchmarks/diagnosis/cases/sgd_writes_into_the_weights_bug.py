import numpy as np


def sgd(w, dw, config=None):
    config = {} if config is None else config
    lr = config.setdefault("learning_rate", 1e-2)
    w -= lr * dw
    return w, config
