"""One step of an LSTM that comes back through each of its functions by that function's own way back."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def through_sigmoid(upstream, gate):
    return upstream * (gate * (1 - gate))


def through_tanh(upstream, out):
    return upstream * (1 - out**2)


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
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    dc = dnext_c + through_tanh(dnext_h * o, tanh_c)
    dai = through_sigmoid(dc * g, i)
    daf = through_sigmoid(dc * prev_c, f)
    dao = through_sigmoid(dnext_h * tanh_c, o)
    dag = through_tanh(dc * i, g)
    da = together(dai, daf, dao, dag)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dprev_c = dc * f
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
