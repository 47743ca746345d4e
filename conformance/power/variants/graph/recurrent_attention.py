"""Attention over a grid as a chain of nodes, places flattened; the LSTM that looks at it as a list of steps."""

import numpy as np
from sequences import lstm_step_backward, lstm_step_forward


def dot_product_attention_forward(prev_h, a):
    """Multiply, sum, scale, softmax, multiply, sum."""
    n, h = prev_h.shape
    grid = np.reshape(a, (n, h, -1))
    scaled = prev_h / np.sqrt(a.dtype.type(h))
    scores = np.sum(scaled[:, :, None] * grid, axis=1)
    shifted = scores - np.amax(scores, axis=1)[:, None]
    powers = np.exp(shifted)
    total = np.add.reduce(powers, axis=1)[:, None]
    weights = powers / total
    attn = np.sum(grid * weights[:, None, :], axis=2)
    return attn, np.reshape(weights, (n, *a.shape[2:])), (scaled, grid, powers, total, weights, a.shape)


def dot_product_attention_backward(dattn, cache):
    """Node by node, the quotient and the exponential apart."""
    scaled, grid, powers, total, weights, shape = cache
    dgrid = dattn[:, :, None] * weights[:, None, :]
    dweights = np.sum(dattn[:, :, None] * grid, axis=1)
    dtotal = -np.sum(dweights * powers, axis=1)[:, None] / total**2
    dpowers = dweights / total + dtotal
    dscores = dpowers * powers
    dgrid = dgrid + scaled[:, :, None] * dscores[:, None, :]
    dscaled = np.sum(grid * dscores[:, None, :], axis=2)
    return dscaled / np.sqrt(dattn.dtype.type(shape[1])), np.reshape(dgrid, shape)


def attention_lstm_step_forward(x, prev_h, prev_c, attn, wx, wh, wattn, b):
    """A third product joins the bias, one row a sample."""
    more = np.dot(attn, wattn)
    units = len(b)
    wide_x, wide_w = np.concatenate((x, more), axis=1), np.concatenate((wx, np.eye(units, dtype=wx.dtype)))
    next_h, next_c, cache = lstm_step_forward(wide_x, prev_h, prev_c, wide_w, wh, b)
    return next_h, next_c, (cache, attn, wattn, x.shape[1])


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    """Its gradient is what the third product gets."""
    of_step, attn, wattn, inputs = cache
    dwide, dprev_h, dprev_c, dwide_w, dwh, db = lstm_step_backward(dnext_h, dnext_c, of_step)
    dx, dmore = dwide[:, :inputs], dwide[:, inputs:]
    return dx, dprev_h, dprev_c, np.dot(dmore, wattn.T), dwide_w[:inputs], dwh, np.dot(attn.T, dmore), db


def attention_lstm_forward(x, a, wx, wh, wattn, b):
    """A chain of steps."""
    begin = np.mean(a.reshape(*a.shape[:2], -1), axis=2)
    state, cell, states, caches = begin, begin, [], []
    for frame in np.moveaxis(x, 1, 0):
        attn, _, looked = dot_product_attention_forward(state, a)
        state, cell, stepped = attention_lstm_step_forward(frame, state, cell, attn, wx, wh, wattn, b)
        states.append(state)
        caches.append((looked, stepped))
    return np.moveaxis(np.array(states), 0, 1), (caches, a.shape)


def attention_lstm_backward(dh, cache):
    """From its end; the grid collects from every step and from the beginning."""
    caches, shape = cache
    frames, collected = [], [0, 0, 0, 0]
    da = state = cell = 0
    for t in range(len(caches))[::-1]:
        looked, stepped = caches[t]
        frame, by_gates, cell, dattn, *weights = attention_lstm_step_backward(state + dh[:, t], cell, stepped)
        by_looking, grid = dot_product_attention_backward(dattn, looked)
        state, da = by_gates + by_looking, da + grid
        frames.append(frame)
        collected = [old + new for old, new in zip(collected, weights, strict=True)]
    da = da + np.broadcast_to(((state + cell) / (shape[2] * shape[3]))[:, :, None, None], shape)
    return (np.moveaxis(np.array(frames[::-1]), 0, 1), da, *collected)
