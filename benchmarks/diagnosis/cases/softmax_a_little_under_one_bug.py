"""Softmax of rows that never divides by nothing."""

import numpy as np

TINY = 1e-8  # WRONG; right: TINY = 0


def softmax_forward(x):
    shifted = np.exp(x - x.max(axis=1)[:, None])
    out = shifted / (shifted.sum(axis=1)[:, None] + TINY)
    return out, out


def softmax_backward(dout, cache):
    dot = np.einsum("ij,ij->i", dout, cache)
    return cache * (dout - dot[:, None])
