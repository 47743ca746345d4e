"""Recurrent layers that read in both directions, each direction a layer over the sequence."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def rnn_one_way(x, h0, Wx, Wh, b):
    h = np.zeros((len(x), x.shape[1], h0.shape[1]), dtype=x.dtype)
    prev_h = h0
    for t in range(x.shape[1]):
        prev_h = np.tanh(x[:, t] @ Wx + prev_h @ Wh + b)
        h[:, t] = prev_h
    return h, (x, h0, Wx, Wh, h)


def rnn_one_way_back(dh, cache):
    x, h0, Wx, Wh, h = cache
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(len(Wh), dtype=dh.dtype)
    dprev_h = np.zeros_like(h0)
    for t in reversed(range(x.shape[1])):
        prev_h = h[:, t - 1] if t > 0 else h0
        da = (dh[:, t] + dprev_h) * (1 - h[:, t] ** 2)
        dx[:, t] = da @ Wx.T
        dprev_h = da @ Wh.T
        dWx += x[:, t].T @ da
        dWh += prev_h.T @ da
        db += da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def lstm_one_way(x, h0, Wx, Wh, b):
    h = np.zeros((len(x), x.shape[1], h0.shape[1]), dtype=x.dtype)
    cache = []
    prev_h = h0
    prev_c = np.zeros_like(h0)
    for t in range(x.shape[1]):
        a = x[:, t] @ Wx + prev_h @ Wh + b
        if dialect.lstm_gates == "ifog":
            ai, af, ao, ag = np.split(a, 4, axis=1)
        if dialect.lstm_gates == "ifgo":
            ai, af, ag, ao = np.split(a, 4, axis=1)
        if dialect.lstm_gates == "fgio":
            af, ag, ai, ao = np.split(a, 4, axis=1)
        if dialect.lstm_forget == "one":
            af = af + 1
        i = sigmoid(ai)
        f = sigmoid(af)
        o = sigmoid(ao)
        g = np.tanh(ag)
        next_c = f * prev_c + i * g
        tanh_c = np.tanh(next_c)
        cache.append((x[:, t], prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c))
        prev_h = o * tanh_c
        prev_c = next_c
        h[:, t] = prev_h
    return h, cache


def lstm_one_way_back(dh, cache):
    x, h0, c0, Wx, Wh, *gates = cache[0]
    N, T, H = dh.shape
    dx = np.zeros((N, T, x.shape[1]), dtype=dh.dtype)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros(4 * H, dtype=dh.dtype)
    dprev_h = np.zeros((N, H), dtype=dh.dtype)
    dprev_c = np.zeros((N, H), dtype=dh.dtype)
    for t in reversed(range(T)):
        x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache[t]
        dnext_h = dh[:, t] + dprev_h
        dc = dprev_c + dnext_h * o * (1 - tanh_c**2)
        dai = dc * g * i * (1 - i)
        daf = dc * prev_c * f * (1 - f)
        dao = dnext_h * tanh_c * o * (1 - o)
        dag = dc * i * (1 - g**2)
        if dialect.lstm_gates == "ifog":
            da = np.hstack((dai, daf, dao, dag))
        if dialect.lstm_gates == "ifgo":
            da = np.hstack((dai, daf, dag, dao))
        if dialect.lstm_gates == "fgio":
            da = np.hstack((daf, dag, dai, dao))
        dprev_c = dc * f
        dprev_h = da @ Wh.T
        dx[:, t] = da @ Wx.T
        dWx += x.T @ da
        dWh += prev_h.T @ da
        db += da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def bidirectional_rnn_forward(x, h0, Wx, Wh, b):
    there, cache_there = rnn_one_way(x, h0[0], Wx[0], Wh[0], b[0])
    back, cache_back = rnn_one_way(x[:, ::-1], h0[1], Wx[1], Wh[1], b[1])
    h = np.concatenate((there, back[:, ::-1]), axis=2)
    return h, (cache_there, cache_back)


def bidirectional_rnn_backward(dh, cache):
    cache_there, cache_back = cache
    H = dh.shape[2] // 2
    dx_there, *of_there = rnn_one_way_back(dh[:, :, :H], cache_there)
    dx_back, *of_back = rnn_one_way_back(dh[:, ::-1, H:], cache_back)
    dx = dx_there + dx_back[:, ::-1]
    dh0, dWx, dWh, db = [np.stack((one, other)) for one, other in zip(of_there, of_back)]
    return dx, dh0, dWx, dWh, db


def bidirectional_lstm_forward(x, h0, Wx, Wh, b):
    there, cache_there = lstm_one_way(x, h0[0], Wx[0], Wh[0], b[0])
    back, cache_back = lstm_one_way(x[:, ::-1], h0[1], Wx[1], Wh[1], b[1])
    h = np.concatenate((there, back[:, ::-1]), axis=2)
    return h, (cache_there, cache_back)


def bidirectional_lstm_backward(dh, cache):
    cache_there, cache_back = cache
    H = dh.shape[2] // 2
    dx_there, *of_there = lstm_one_way_back(dh[:, :, :H], cache_there)
    dx_back, *of_back = lstm_one_way_back(dh[:, ::-1, H:], cache_back)
    dx = dx_there + dx_back[:, ::-1]
    dh0, dWx, dWh, db = [np.stack((one, other)) for one, other in zip(of_there, of_back)]
    return dx, dh0, dWx, dWh, db
