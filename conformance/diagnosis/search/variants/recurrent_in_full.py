"""One step of an LSTM whose gates get what comes from both states written out in full, as courses print it."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def four(a):
    if dialect.lstm_gates == "ifog":
        i, f, o, g = np.split(a, 4, axis=-1)
    if dialect.lstm_gates == "ifgo":
        i, f, g, o = np.split(a, 4, axis=-1)
    if dialect.lstm_gates == "fgio":
        f, g, i, o = np.split(a, 4, axis=-1)
    return i, f, o, g


def together(i, f, o, g):
    if dialect.lstm_gates == "ifog":
        a = np.concatenate((i, f, o, g), axis=-1)
    if dialect.lstm_gates == "ifgo":
        a = np.concatenate((i, f, g, o), axis=-1)
    if dialect.lstm_gates == "fgio":
        a = np.concatenate((f, g, i, o), axis=-1)
    return a


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = four(x @ Wx + prev_h @ Wh + b)
    if dialect.lstm_forget == "one":
        af = af + 1
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    dao = dnext_h * np.tanh(next_c) * o * (1 - o)
    dag = (dnext_c * i + o * (1 - np.tanh(next_c) ** 2) * i * dnext_h) * (1 - g**2)
    dai = (dnext_c * g + o * (1 - np.tanh(next_c) ** 2) * g * dnext_h) * i * (1 - i)
    daf = (dnext_c * prev_c + o * (1 - np.tanh(next_c) ** 2) * prev_c * dnext_h) * f * (1 - f)
    dprev_c = dnext_c * f + o * (1 - np.tanh(next_c) ** 2) * f * dnext_h
    da = together(dai, daf, dao, dag)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
