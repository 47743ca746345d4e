"""Attention over a grid, place by place; the LSTM that looks at it, step by step."""

import math

import numpy as np
from sequences import lstm_step_backward, lstm_step_forward


def dot_product_attention_forward(prev_h, a):
    """One sample, one place at a time."""
    n, h, rows, columns = a.shape
    attn, weights = np.zeros((n, h), a.dtype), np.zeros((n, rows, columns), a.dtype)
    for s in range(n):
        for p in range(rows):
            for q in range(columns):
                weights[s, p, q] = prev_h[s] @ a[s, :, p, q] / math.sqrt(h)
        weights[s] = np.exp(weights[s] - weights[s].max())
        weights[s] /= weights[s].sum()
        for p in range(rows):
            for q in range(columns):
                attn[s] += weights[s, p, q] * a[s, :, p, q]
    return attn, weights, (prev_h, a, weights.copy())


def dot_product_attention_backward(dattn, cache):
    """The Jacobian of a sample's softmax, written out."""
    prev_h, a, weights = cache
    dprev_h, da = np.zeros_like(prev_h), np.zeros_like(a)
    root = math.sqrt(a.shape[1])
    for s in range(len(a)):
        places, shares = a[s].reshape(a.shape[1], -1), weights[s].ravel()
        jacobian = np.diag(shares) - np.outer(shares, shares)
        dscores = jacobian @ (dattn[s] @ places) / root
        dprev_h[s] = places @ dscores
        da[s] = (np.outer(dattn[s], shares) + np.outer(prev_h[s], dscores)).reshape(a.shape[1:])
    return dprev_h, da


def attention_lstm_step_forward(x, prev_h, prev_c, attn, wx, wh, wattn, b):
    """Attention joins the input."""
    both = np.concatenate([attn, x], axis=1)
    weights = np.concatenate([wattn, wx])
    next_h, next_c, cache = lstm_step_forward(both, prev_h, prev_c, weights, wh, b)
    return next_h, next_c, (cache, attn.shape[1])


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    """And leaves it."""
    of_step, units = cache
    dboth, dprev_h, dprev_c, dweights, dwh, db = lstm_step_backward(dnext_h, dnext_c, of_step)
    return dboth[:, units:], dprev_h, dprev_c, dboth[:, :units], dweights[units:], dwh, dweights[:units], db


def attention_lstm_forward(x, a, wx, wh, wattn, b):
    """From the mean of the grid."""
    state = np.zeros(a.shape[:2], a.dtype)
    for p, q in np.ndindex(a.shape[2:]):
        state += a[:, :, p, q] / (a.shape[2] * a.shape[3])
    cell = state
    h, caches = np.zeros((*x.shape[:2], a.shape[1]), x.dtype), {}
    for t in range(x.shape[1]):
        attn, _, looked = dot_product_attention_forward(state, a)
        state, cell, stepped = attention_lstm_step_forward(x[:, t, :], state, cell, attn, wx, wh, wattn, b)
        h[:, t, :] = state
        caches[t] = looked, stepped
    return h, (caches, a)


def attention_lstm_backward(dh, cache):
    """Two gradients go back from step to step, and a third into the grid."""
    caches, a = cache
    state, cell, da, sums = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0]), np.zeros_like(a), None
    columns = []
    for t in range(dh.shape[1] - 1, -1, -1):
        looked, stepped = caches[t]
        dx, state, cell, dattn, *weights = attention_lstm_step_backward(dh[:, t, :] + state, cell, stepped)
        more, grid = dot_product_attention_backward(dattn, looked)
        state = state + more
        da += grid
        columns.append(dx)
        sums = weights if sums is None else [old + new for old, new in zip(sums, weights, strict=True)]
    for p, q in np.ndindex(a.shape[2:]):
        da[:, :, p, q] += (state + cell) / (a.shape[2] * a.shape[3])
    return np.stack(columns[::-1], axis=1), da, *sums
