"""Recurrent layers and those over time as computational graphs: one small step per line, walked back node by node."""

import numpy as np


def squash(z):
    """The logistic function, each half with a negative exponent."""
    power = np.exp(np.minimum(z, -z))
    denominator = 1 + power
    return np.where(z < 0, power / denominator, 1 / denominator)


def rnn_step_forward(x, prev_h, wx, wh, b):
    """Two products, two sums, one squashing."""
    from_input = np.dot(x, wx)
    from_state = np.dot(prev_h, wh)
    both = from_input + from_state
    inside = both + b
    next_h = np.tanh(inside)
    return next_h, (x, prev_h, wx, wh, next_h)


def rnn_step_backward(dnext_h, cache):
    """Back through them."""
    x, prev_h, wx, wh, next_h = cache
    dinside = dnext_h - dnext_h * next_h * next_h
    db = np.add.reduce(dinside, axis=0)
    dboth = dinside
    dwh = np.dot(prev_h.T, dboth)
    dprev_h = np.dot(dboth, wh.T)
    dwx = np.dot(x.T, dboth)
    dx = np.dot(dboth, wx.T)
    return dx, dprev_h, dwx, dwh, db


def rnn_forward(x, h0, wx, wh, b):
    """A chain of steps, kept as a list of the states."""
    states = [h0]
    for frame in np.moveaxis(x, 1, 0):
        state, _ = rnn_step_forward(frame, states[-1], wx, wh, b)
        states.append(state)
    return np.moveaxis(np.array(states[1:]), 0, 1), (x, states, wx, wh)


def rnn_backward(dh, cache):
    """The chain from its end; the weights collect."""
    x, states, wx, wh = cache
    dx = np.empty_like(x)
    collected = [0, 0, 0]
    from_later = 0
    for t in range(x.shape[1])[::-1]:
        kept = (x[:, t], states[t], wx, wh, states[t + 1])
        dx[:, t], from_later, *weights = rnn_step_backward(from_later + dh[:, t], kept)
        collected = [old + new for old, new in zip(collected, weights, strict=True)]
    return (dx, from_later, *collected)


def lstm_step_forward(x, prev_h, prev_c, wx, wh, b):
    """Gate by gate, each from its own columns."""
    units = prev_h.shape[1]
    inside = np.dot(x, wx) + (np.dot(prev_h, wh) + b)
    i = squash(inside[:, :units])
    f = squash(inside[:, units : 2 * units])
    o = squash(inside[:, 2 * units : 3 * units])
    g = np.tanh(inside[:, 3 * units :])
    kept = f * prev_c
    written = i * g
    next_c = kept + written
    shown = np.tanh(next_c)
    next_h = o * shown
    return next_h, next_c, (x, prev_h, prev_c, wx, wh, i, f, o, g, shown)


def lstm_step_backward(dnext_h, dnext_c, cache):
    """Node by node, the cell from both sides."""
    x, prev_h, prev_c, wx, wh, i, f, o, g, shown = cache
    do = dnext_h * shown
    dshown = dnext_h * o
    dcell = dnext_c + dshown * (1 - shown * shown)
    df, dprev_c = dcell * prev_c, dcell * f
    di, dg = dcell * g, dcell * i
    dinside = np.zeros((len(x), wx.shape[1]), x.dtype)
    units = prev_h.shape[1]
    dinside[:, :units] = di * i * (1 - i)
    dinside[:, units : 2 * units] = df * f * (1 - f)
    dinside[:, 2 * units : 3 * units] = do * o * (1 - o)
    dinside[:, 3 * units :] = dg - dg * g * g
    db = np.add.reduce(dinside, axis=0)
    return np.dot(dinside, wx.T), np.dot(dinside, wh.T), dprev_c, np.dot(x.T, dinside), np.dot(prev_h.T, dinside), db


def lstm_forward(x, h0, wx, wh, b):
    """A chain of steps."""
    caches, states = [], []
    state, cell = h0, 0 * h0
    for frame in np.moveaxis(x, 1, 0):
        state, cell, cache = lstm_step_forward(frame, state, cell, wx, wh, b)
        states.append(state)
        caches.append(cache)
    return np.moveaxis(np.array(states), 0, 1), caches


def lstm_backward(dh, cache):
    """The chain from its end; two gradients go back."""
    frames = []
    collected = [0, 0, 0]
    state = cell = 0
    for t in range(len(cache))[::-1]:
        frame, state, cell, *weights = lstm_step_backward(state + dh[:, t], cell, cache[t])
        frames.append(frame)
        collected = [old + new for old, new in zip(collected, weights, strict=True)]
    return (np.moveaxis(np.array(frames[::-1]), 0, 1), state, *collected)


def word_embedding_forward(x, w):
    """A gather."""
    return np.take(w, x, axis=0), (x, w)


def word_embedding_backward(dout, cache):
    """Its scatter, words sorted first."""
    x, w = cache
    words = x.reshape(-1).astype(int)
    rows = dout.reshape(-1, dout.shape[-1])
    order = np.argsort(words, kind="stable")
    words, rows = words[order], rows[order]
    starts = np.flatnonzero(np.r_[True, words[1:] != words[:-1]])
    dw = np.zeros(w.shape, dout.dtype)
    dw[words[starts]] = np.add.reduceat(rows, starts, axis=0)
    return dw


def temporal_affine_forward(x, w, b):
    """Flatten, multiply, add, unflatten."""
    flat = np.reshape(x, (-1, x.shape[2]))
    out = np.dot(flat, w) + b
    return np.reshape(out, (x.shape[0], x.shape[1], -1)), (x.shape, flat, w)


def temporal_affine_backward(dout, cache):
    """Back through them."""
    shape, flat, w = cache
    dflat_out = np.reshape(dout, (-1, dout.shape[2]))
    dx = np.reshape(np.dot(dflat_out, w.T), shape)
    return dx, np.dot(flat.T, dflat_out), np.add.reduce(dflat_out, axis=0)


def temporal_softmax_loss(x, y, mask):
    """Flatten, as the handout does; every node in turn."""
    flat, labels, kept = x.reshape(-1, x.shape[2]), y.reshape(-1), mask.reshape(-1)
    places = np.arange(len(labels))
    shifted = flat - np.amax(flat, axis=1, keepdims=True)
    powers = np.exp(shifted)
    totals = np.sum(powers, axis=1, keepdims=True)
    logs = shifted - np.log(totals)
    loss = -np.sum(kept * logs[places, labels]) / len(x)
    dflat = powers / totals
    dflat[places, labels] -= 1
    dflat = dflat / len(x)
    dflat = dflat * kept[:, None]
    return loss, dflat.reshape(x.shape).astype(x.dtype)
