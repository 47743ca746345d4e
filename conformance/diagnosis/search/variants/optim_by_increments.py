"""Update rules whose averages move by a share of what is new, and whose steps are divided last."""

import numpy as np


def sgd_momentum(w, dw, config=None):
    config = {} if config is None else config
    learning_rate = config.setdefault("learning_rate", 1e-2)
    momentum = config.setdefault("momentum", 0.9)
    old_v = config.get("velocity", np.zeros_like(w))
    step = learning_rate * dw
    v = momentum * old_v - step
    next_w = w + v
    config["velocity"] = v
    return next_w, config


def rmsprop(w, dw, config=None):
    config = {} if config is None else config
    learning_rate = config.setdefault("learning_rate", 1e-2)
    decay_rate = config.setdefault("decay_rate", 0.99)
    epsilon = config.setdefault("epsilon", 1e-8)
    old_cache = config.get("cache", np.zeros_like(w))
    square = dw * dw
    cache = old_cache + (1 - decay_rate) * (square - old_cache)
    root = np.sqrt(cache)
    next_w = w - learning_rate / (root + epsilon) * dw
    config["cache"] = cache
    return next_w, config


def adam(w, dw, config=None):
    config = {} if config is None else config
    learning_rate = config.setdefault("learning_rate", 1e-3)
    beta1 = config.setdefault("beta1", 0.9)
    beta2 = config.setdefault("beta2", 0.999)
    epsilon = config.setdefault("epsilon", 1e-8)
    old_m = config.get("m", np.zeros_like(w))
    old_v = config.get("v", np.zeros_like(w))
    t = config.get("t", 0) + 1
    m = old_m + (1 - beta1) * (dw - old_m)
    v = old_v + (1 - beta2) * (dw * dw - old_v)
    config["m"], config["v"], config["t"] = m, v, t
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    root = np.sqrt(v)
    if dialect.adam_eps == "outside":
        next_w = w - learning_rate * m / (root + epsilon)
    if dialect.adam_eps == "inside":
        next_w = w - learning_rate * m / (root + epsilon / (1 - beta2**t) ** 0.5)
    return next_w, config


def adamw(w, dw, config):
    learning_rate = config["learning_rate"]
    beta1, beta2 = config["beta1"], config["beta2"]
    epsilon, weight_decay = config["epsilon"], config["weight_decay"]
    old_m = config.get("m", np.zeros_like(w))
    old_v = config.get("v", np.zeros_like(w))
    t = config.get("t", 0) + 1
    shrunk = w * (1 - learning_rate * weight_decay)
    m = beta1 * old_m + (1 - beta1) * dw
    v = beta2 * old_v + (1 - beta2) * dw**2
    config["m"], config["v"], config["t"] = m, v, t
    m = m / (1 - beta1**t)
    v = v / (1 - beta2**t)
    if dialect.adamw_eps == "outside":
        next_w = shrunk - learning_rate * m / (np.sqrt(v) + epsilon)
    if dialect.adamw_eps == "root":
        next_w = shrunk - learning_rate * m / np.sqrt(v + epsilon)
    return next_w, config


def adagrad(w, dw, config):
    learning_rate, epsilon = config["learning_rate"], config["epsilon"]
    old_cache = config.get("cache", np.zeros_like(w))
    cache = old_cache + dw * dw
    root = np.sqrt(cache) + epsilon
    next_w = w - learning_rate * dw / root
    config["cache"] = cache
    return next_w, config


def adadelta(w, dw, config):
    decay_rate, epsilon = config["decay_rate"], config["epsilon"]
    old_cache = config.get("cache", np.zeros_like(w))
    old_delta = config.get("delta", np.zeros_like(w))
    cache = decay_rate * old_cache + (1 - decay_rate) * dw**2
    root_of_steps = np.sqrt(old_delta + epsilon)
    root_of_gradients = np.sqrt(cache + epsilon)
    step = root_of_steps / root_of_gradients * dw
    delta = decay_rate * old_delta + (1 - decay_rate) * step**2
    next_w = w - step
    config["cache"], config["delta"] = cache, delta
    return next_w, config


def sgd_dampened(w, dw, config):
    learning_rate, momentum = config["learning_rate"], config["momentum"]
    old_v = config.get("velocity", np.zeros_like(w))
    v = old_v + (1 - momentum) * (dw - old_v)
    step = learning_rate * v
    next_w = w - step
    config["velocity"] = v
    return next_w, config


def clip_grad_value(grads, limit):
    clipped = {}
    for name, grad in grads.items():
        grad = np.where(grad > limit, limit, grad)
        grad = np.where(grad < -limit, -limit, grad)
        clipped[name] = grad
    return clipped
