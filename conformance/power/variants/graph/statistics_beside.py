"""Initial weights, dropout of channels, and connectionist temporal classification as a graph that is walked back."""

import numpy as np


def xavier_uniform(fan_in, fan_out):
    """From the legacy generator."""
    return (2 * np.random.rand(fan_in, fan_out) - 1) * np.sqrt(6 / (fan_in + fan_out))


def xavier_normal(fan_in, fan_out):
    """From the legacy generator."""
    return np.random.randn(fan_in, fan_out) * np.sqrt(2 / (fan_in + fan_out))


def he_uniform(fan_in, fan_out):
    """From the legacy generator."""
    return (2 * np.random.rand(fan_in, fan_out) - 1) * np.sqrt(6 / fan_in)


def he_normal(fan_in, fan_out):
    """From the legacy generator."""
    return np.random.randn(fan_in, fan_out) / np.sqrt(fan_in / 2)


def dropout2d_forward(x, dropout_param):
    """A mask that is broadcast."""
    if dropout_param["mode"] == "test":
        return x.copy(), None
    mask = (np.random.rand(*x.shape[:2]) < dropout_param["p"])[:, :, None, None]
    factor = mask.astype(x.dtype) / x.dtype.type(dropout_param["p"])
    return x * factor, factor


def dropout2d_backward(dout, cache):
    """The same mask."""
    return dout.copy() if cache is None else dout * cache


def ctc_loss(x, y, lengths):
    """One recursion over the logarithms, its gradient back through every sum."""
    samples = x.shape[1]
    shifted = x - np.amax(x, axis=2, keepdims=True)
    logs = shifted - np.log(np.sum(np.exp(shifted), axis=2, keepdims=True))
    loss, dlogs = 0.0, np.zeros_like(x)
    for n in range(samples):
        states = np.zeros(2 * lengths[n] + 1, int)
        states[1::2] = y[n, : lengths[n]]
        count = len(states)
        closed = np.ones(count, bool)
        closed[2:] = (states[2:] == 0) | (states[2:] == states[:-2])
        own = logs[:, n, states]
        paths = np.full(own.shape, -np.inf)
        paths[0, :2] = own[0, :2]
        weights = np.zeros((len(own), 3, count))
        for t in range(1, len(own)):
            ways = np.full((3, count), -np.inf)
            ways[0] = paths[t - 1]
            ways[1, 1:] = paths[t - 1, :-1]
            ways[2, 2:] = paths[t - 1, :-2]
            ways[2, closed] = -np.inf
            together = np.logaddexp.reduce(ways, axis=0)
            there = np.isfinite(together)
            weights[t][:, there] = np.exp(ways[:, there] - together[there])
            paths[t] = own[t] + together
        last = paths[-1, -2:]
        whole = np.logaddexp.reduce(last)
        loss = loss - whole
        dpaths = np.zeros(count)
        dpaths[-2:] = -np.exp(last - whole)
        for t in range(len(own) - 1, -1, -1):
            np.add.at(dlogs[t, n], states, dpaths)
            down = weights[t] * dpaths
            dpaths = down[0].copy()
            dpaths[:-1] += down[1, 1:]
            dpaths[:-2] += down[2, 2:]
    dx = dlogs - np.exp(logs) * np.sum(dlogs, axis=2, keepdims=True)
    return loss / samples, dx / x.dtype.type(samples)
