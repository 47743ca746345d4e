"""Initial weights, dropout of channels, and connectionist temporal classification, one number at a time."""

import math
import random

import numpy as np


def drawn(fan_in, fan_out, draw):
    """A matrix, number by number."""
    return np.array([[draw() for _ in range(fan_out)] for _ in range(fan_in)])


def xavier_uniform(fan_in, fan_out):
    """Number by number."""
    limit = math.sqrt(6 / (fan_in + fan_out))
    return drawn(fan_in, fan_out, lambda: random.uniform(-limit, limit))


def xavier_normal(fan_in, fan_out):
    """Number by number."""
    return drawn(fan_in, fan_out, lambda: random.gauss(0, math.sqrt(2 / (fan_in + fan_out))))


def he_uniform(fan_in, fan_out):
    """Number by number."""
    limit = math.sqrt(6 / fan_in)
    return drawn(fan_in, fan_out, lambda: random.uniform(-limit, limit))


def he_normal(fan_in, fan_out):
    """Number by number."""
    return drawn(fan_in, fan_out, lambda: random.gauss(0, math.sqrt(2 / fan_in)))


def dropout2d_forward(x, dropout_param):
    """Channel by channel."""
    out, kept = x.copy(), {}
    if dropout_param["mode"] == "train":
        for n, c in np.ndindex(x.shape[:2]):
            kept[n, c] = random.random() < dropout_param["p"]
            out[n, c] = x[n, c] / dropout_param["p"] if kept[n, c] else 0
    return out, (kept, dropout_param["p"])


def dropout2d_backward(dout, cache):
    """Channel by channel."""
    kept, keep = cache
    dx = dout.copy()
    for (n, c), is_kept in kept.items():
        dx[n, c] = dout[n, c] / keep if is_kept else 0
    return dx


def add(*logs):
    """The logarithm of a sum."""
    top = max(logs)
    return top if top == -math.inf else top + math.log(sum(math.exp(log - top) for log in logs))


def ctc_loss(x, y, lengths):
    """State by state, forwards and backwards, each backward path without its own symbol."""
    steps, samples, _ = x.shape
    loss, dx = 0.0, np.zeros(x.shape, x.dtype)
    for n in range(samples):
        shifted = x[:, n] - x[:, n].max(axis=1, keepdims=True)
        logs = (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))).astype(float)
        states = [0]
        for symbol in y[n, : lengths[n]]:
            states += [int(symbol), 0]
        count = len(states)

        def follows(s, states=states, count=count):
            """The states that may come after a state."""
            return [
                other
                for other in (s, s + 1, s + 2)
                if other < count and (other < s + 2 or (states[other] != 0 and states[other] != states[s]))
            ]

        ahead = [[-math.inf] * count for _ in range(steps)]
        for s in range(min(2, count)):
            ahead[0][s] = logs[0, states[s]]
        for t in range(1, steps):
            for s in range(count):
                for other in follows(s):
                    ahead[t][other] = add(ahead[t][other], ahead[t - 1][s] + logs[t, states[other]])
        back = [[-math.inf] * count for _ in range(steps)]
        for s in range(max(0, count - 2), count):
            back[-1][s] = 0.0
        for t in range(steps - 2, -1, -1):
            for s in range(count):
                ways = [back[t + 1][other] + logs[t + 1, states[other]] for other in follows(s)]
                back[t][s] = add(-math.inf, *ways)
        whole = add(*ahead[-1][-2:])
        loss -= whole
        for t in range(steps):
            dx[t, n] = np.exp(logs[t])
            for s in range(count):
                dx[t, n, states[s]] -= math.exp(ahead[t][s] + back[t][s] - whole)
    return loss / samples, dx / samples
