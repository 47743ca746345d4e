import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    a = np.dot(x, Wx)
    a += np.dot(prev_h, Wh)
    a += b
    next_h = np.tanh(a)
    cache = x, prev_h, Wx, Wh, next_h
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    # d tanh(a)/da = 1 - tanh(a)^2
    da = dnext_h * (1 - next_h) * (1 + next_h)
    dWx = np.dot(x.T, da)
    dWh = np.dot(next_h.T, da)  # WRONG; right: dWh = np.dot(prev_h.T, da)
    db = np.mean(da, axis=0)  # WRONG; right: db = np.sum(da, axis=0)
    dx = np.dot(da, Wx.T)
    dprev_h = np.dot(da, Wh.T)
    return dx, dprev_h, dWx, dWh, db
