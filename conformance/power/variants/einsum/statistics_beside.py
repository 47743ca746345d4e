"""Initial weights, dropout of channels, and connectionist temporal classification by matrices from step to step."""

import numpy as np


def xavier_uniform(fan_in, fan_out):
    """A triangle's ends cut off: the difference of a number and its half."""
    generator = np.random.default_rng()
    return generator.uniform(-1, 1, size=(fan_in, fan_out)) * (6 / (fan_in + fan_out)) ** 0.5


def xavier_normal(fan_in, fan_out):
    """By a scale."""
    return np.random.default_rng().standard_normal((fan_in, fan_out)) * ((fan_in + fan_out) / 2) ** -0.5


def he_uniform(fan_in, fan_out):
    """By the variance of a uniform distribution."""
    generator = np.random.default_rng()
    return (generator.random((fan_in, fan_out)) - 0.5) * (12 * 2 / fan_in) ** 0.5


def he_normal(fan_in, fan_out):
    """Normal numbers of polar coordinates."""
    generator = np.random.default_rng()
    radius = np.sqrt(-2 * np.log(1 - generator.random((fan_in, fan_out))))
    return radius * np.cos(2 * np.pi * generator.random((fan_in, fan_out))) * (2 / fan_in) ** 0.5


def dropout2d_forward(x, dropout_param):
    """A product over the channels."""
    keep = dropout_param["p"] if dropout_param["mode"] == "train" else 1.0
    factors = (np.random.default_rng().random(x.shape[:2]) < keep) / x.dtype.type(keep)
    factors = factors.astype(x.dtype)
    return np.einsum("nchw,nc->nchw", x, factors), factors


def dropout2d_backward(dout, cache):
    """The same product."""
    return np.einsum("nchw,nc->nchw", dout, cache)


def log_product(vector, matrix):
    """The product of a vector and a matrix of logarithms."""
    return np.logaddexp.reduce(vector[:, None] + matrix, axis=0)


def ctc_loss(x, y, lengths):
    """Which state may follow which as a matrix of 0 and minus infinity."""
    steps, samples, symbols = x.shape
    logs = x - np.logaddexp.reduce(x, axis=2, keepdims=True)
    loss, occupied = 0.0, np.zeros(x.shape, x.dtype)
    for n, length in enumerate(lengths):
        states = np.concatenate([[[0, symbol] for symbol in y[n, :length]], [[0]]], axis=None).astype(int)
        count = len(states)
        apart = np.arange(count) - np.arange(count)[:, None]
        other = (states[None] != 0) & (states[None] != states[:, None])
        matrix = np.where((apart == 0) | (apart == 1) | ((apart == 2) & other), 0.0, -np.inf)
        own = logs[:, n][:, states]
        ahead, back = np.empty((steps, count)), np.zeros((steps, count))
        ahead[0] = np.where(np.arange(count) < 2, own[0], -np.inf)
        back[-1] = np.where(np.arange(count) >= count - 2, 0.0, -np.inf)
        for t in range(1, steps):
            ahead[t] = log_product(ahead[t - 1], matrix) + own[t]
            back[-1 - t] = log_product(back[-t] + own[-t], matrix.T)
        whole = np.logaddexp.reduce(ahead[0] + back[0])
        loss -= whole
        hot = (states[:, None] == np.arange(symbols)).astype(float)
        occupied[:, n] = np.einsum("ts,sv->tv", np.exp(ahead + back - whole), hot)
    return loss / samples, (np.exp(logs) - occupied) / x.dtype.type(samples)
