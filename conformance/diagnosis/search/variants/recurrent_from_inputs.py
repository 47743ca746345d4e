"""A vanilla step, and a network of them, whose way back takes its slopes from the inputs again."""

import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, b)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b = cache
    bent = np.tanh(x @ Wx + prev_h @ Wh + b)
    da = dnext_h * (1 - bent**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    T = x.shape[1]
    states = [h0]
    for t in range(T):
        states.append(np.tanh(x[:, t] @ Wx + states[t] @ Wh + b))
    h = np.stack(states[1:], axis=1)
    return h, (x, states, Wx, Wh, b)


def rnn_backward(dh, cache):
    x, states, Wx, Wh, b = cache
    T = x.shape[1]
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dprev_h = np.zeros_like(states[0])
    for t in reversed(range(T)):
        bent = np.tanh(x[:, t] @ Wx + states[t] @ Wh + b)
        da = (dh[:, t] + dprev_h) * (1 - bent**2)
        dx[:, t] = da @ Wx.T
        dprev_h = da @ Wh.T
        dWx += x[:, t].T @ da
        dWh += states[t].T @ da
        db += da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db
