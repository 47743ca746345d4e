"""Positions as explicit loops."""

import math

import numpy as np


def positional_encoding_forward(x):
    """Step by step, feature by feature."""
    out = np.zeros_like(x)
    for n, t, d in np.ndindex(x.shape):
        angle = t / 10000 ** ((d - d % 2) / x.shape[2])
        out[n, t, d] = x[n, t, d] + (math.cos(angle) if d % 2 else math.sin(angle))
    return out, None


def positional_encoding_backward(dout, cache):
    """As it comes."""
    return np.array(dout)


def turn(x, sign):
    """Pair by pair."""
    out = np.zeros_like(x)
    for n, t, pair in np.ndindex(x.shape[0], x.shape[1], x.shape[2] // 2):
        angle = sign * t / 10000 ** (2 * pair / x.shape[2])
        one, other = x[n, t, 2 * pair], x[n, t, 2 * pair + 1]
        out[n, t, 2 * pair] = one * math.cos(angle) - other * math.sin(angle)
        out[n, t, 2 * pair + 1] = one * math.sin(angle) + other * math.cos(angle)
    return out


def rope_forward(x):
    """Forth."""
    return turn(x, 1), None


def rope_backward(dout, cache):
    """And back."""
    return turn(dout, -1)
