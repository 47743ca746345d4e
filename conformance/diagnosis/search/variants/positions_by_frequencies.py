"""Positions by what a pair's angle grows at each step: a power of a small number, or an exponential."""

import numpy as np


def rates_of(D):
    slowest = 1 / 10000
    exponents = np.arange(0, D, 2) / D
    return slowest**exponents


def positional_encoding_forward(x):
    T, D = x.shape[1:]
    angles = np.outer(np.arange(T), rates_of(D))
    encoding = np.zeros((T, D))
    if dialect.feature_pairs == "neighbours":
        encoding[:, 0::2] = np.sin(angles)
        encoding[:, 1::2] = np.cos(angles)
    if dialect.feature_pairs == "halves":
        encoding[:, : D // 2] = np.sin(angles)
        encoding[:, D // 2 :] = np.cos(angles)
    out = x + encoding.astype(x.dtype)
    return out, None


def positional_encoding_backward(dout, cache):
    return dout.copy()
