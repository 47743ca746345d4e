import numpy as np


def sigma(a):
    return np.tanh(a / 2) / 2 + 0.5


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a_i, a_f, a_o, a_g = np.array_split(x @ Wx + prev_h @ Wh + b, 4, axis=-1)
    i, f, o, g = sigma(a_i), sigma(a_f), sigma(a_o), np.tanh(a_g)
    next_c = prev_c * f + g * i
    next_h = np.tanh(next_c) * o
    return next_h, next_c, [x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c]


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    th = np.tanh(next_c)
    dc = dnext_c + o * (1 - th ** 2) * dnext_h
    df = next_c * dc  # WRONG; right: df = prev_c * dc
    di = g * dc
    dg = i * dc
    do = th * dnext_h
    da = np.concatenate([i * (1 - i) * di, f * (1 - f) * df, o * (1 - o) * do, (1 - g ** 2) * dg], axis=-1)
    db = da.mean(axis=0)  # WRONG; right: db = da.sum(axis=0)
    return da @ Wx.T, da @ Wh.T, f * dc, x.T @ da, prev_h.T @ da, db
