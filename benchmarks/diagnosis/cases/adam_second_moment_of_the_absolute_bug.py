import numpy as np


def sgd_momentum(w, dw, config):
    lr, mu = config.get("learning_rate", 1e-2), config.get("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = mu * v - lr * dw
    config["velocity"] = v
    return w + v, config


def rmsprop(w, dw, config):
    lr, rate = config.get("learning_rate", 1e-2), config.get("decay_rate", 0.99)
    eps = config.get("epsilon", 1e-8)
    cache = config.get("cache", np.zeros_like(w))
    cache = rate * cache + (1 - rate) * dw * dw
    config["cache"] = cache
    return w - lr * dw / (np.sqrt(cache) + eps), config


def adam(w, dw, config):
    lr, eps = config.get("learning_rate", 1e-3), config.get("epsilon", 1e-8)
    b1, b2 = config.get("beta1", 0.9), config.get("beta2", 0.999)
    t = config.get("t", 0) + 1
    m = b1 * config.get("m", np.zeros_like(w)) + (1 - b1) * dw
    v = b2 * config.get("v", np.zeros_like(w)) + (1 - b2) * np.abs(dw)
    config["t"], config["m"], config["v"] = t, m, v
    mhat = m / (1 - b1 ** t)
    vhat = v / (1 - b2 ** t)
    return w - lr * mhat / (np.sqrt(vhat) + eps), config
