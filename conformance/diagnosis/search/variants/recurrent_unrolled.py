"""Recurrent layers over a sequence, the step written out in the loop, all states kept with the first one before them."""

import numpy as np


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def four(a, H):
    if dialect.lstm_gates == "ifog":
        i, f, o, g = a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]
    if dialect.lstm_gates == "ifgo":
        i, f, g, o = a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]
    if dialect.lstm_gates == "fgio":
        f, g, i, o = a[:, :H], a[:, H : 2 * H], a[:, 2 * H : 3 * H], a[:, 3 * H :]
    return i, f, o, g


def together(i, f, o, g):
    if dialect.lstm_gates == "ifog":
        a = np.hstack((i, f, o, g))
    if dialect.lstm_gates == "ifgo":
        a = np.hstack((i, f, g, o))
    if dialect.lstm_gates == "fgio":
        a = np.hstack((f, g, i, o))
    return a


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]), dtype=x.dtype)
    for t in range(T):
        prev_h = h[:, t - 1] if t > 0 else h0
        h[:, t] = np.tanh(x[:, t] @ Wx + prev_h @ Wh + b)
    return h, (x, h0, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, h, Wx, Wh = cache
    N, T, H = dh.shape
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H, dtype=x.dtype)
    dprev_h = np.zeros((N, H), dtype=x.dtype)
    for t in range(T - 1, -1, -1):
        prev_h = h[:, t - 1] if t > 0 else h0
        dnext_h = dh[:, t] + dprev_h
        da = dnext_h * (1 - h[:, t] ** 2)
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += prev_h.T @ da
        db += da.sum(axis=0)
        dprev_h = da @ Wh.T
    return dx, dprev_h, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((T + 1, N, H), dtype=x.dtype)
    c = np.zeros((T + 1, N, H), dtype=x.dtype)
    h[0] = h0
    gates = []
    for t in range(T):
        a = x[:, t] @ Wx + h[t] @ Wh + b
        ai, af, ao, ag = four(a, H)
        if dialect.lstm_forget == "one":
            af = af + 1
        i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
        c[t + 1] = f * c[t] + i * g
        h[t + 1] = o * np.tanh(c[t + 1])
        gates.append((i, f, o, g))
    return h[1:].transpose(1, 0, 2), (x, Wx, Wh, h, c, gates)


def lstm_backward(dh, cache):
    x, Wx, Wh, h, c, gates = cache
    N, T, H = dh.shape
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(4 * H, dtype=x.dtype)
    dprev_h, dprev_c = np.zeros((N, H), dtype=x.dtype), np.zeros((N, H), dtype=x.dtype)
    for t in range(T - 1, -1, -1):
        i, f, o, g = gates[t]
        tanh_c = np.tanh(c[t + 1])
        dnext_h = dh[:, t] + dprev_h
        dc = dprev_c + dnext_h * o * (1 - tanh_c**2)
        do = dnext_h * tanh_c
        df = dc * c[t]
        di = dc * g
        dg = dc * i
        da = together(di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2))
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
        dprev_h = da @ Wh.T
        dprev_c = dc * f
    return dx, dprev_h, dWx, dWh, db
