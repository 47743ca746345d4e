"""Recurrent layers that keep what each step made in arrays, or carry the state on under its own name."""

import numpy as np


def sigmoid(a):
    return 0.5 + 0.5 * np.tanh(a / 2)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    gates = np.zeros((4, T, N, H), dtype=x.dtype)
    h = np.zeros((T + 1, N, H), dtype=x.dtype)
    c = np.zeros((T + 1, N, H), dtype=x.dtype)
    h[0] = h0
    for t in range(T):
        a = np.stack(np.split(x[:, t] @ Wx + h[t] @ Wh + b, 4, axis=1))
        if dialect.lstm_gates == "ifgo":
            a = a[[0, 1, 3, 2]]
        if dialect.lstm_gates == "fgio":
            a = a[[2, 0, 3, 1]]
        if dialect.lstm_forget == "one":
            a[1] = a[1] + 1
        gates[:3, t] = sigmoid(a[:3])
        gates[3, t] = np.tanh(a[3])
        c[t + 1] = gates[1, t] * c[t] + gates[0, t] * gates[3, t]
        h[t + 1] = gates[2, t] * np.tanh(c[t + 1])
    return h[1:].transpose(1, 0, 2), (x, Wx, Wh, h, c, gates)


def lstm_backward(dh, cache):
    x, Wx, Wh, h, c, gates = cache
    T, N, H = gates.shape[1:]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(4 * H, dtype=x.dtype)
    dprev_h, dprev_c = np.zeros((N, H), dtype=x.dtype), np.zeros((N, H), dtype=x.dtype)
    for t in range(T - 1, -1, -1):
        i, f, o, g = gates[:, t]
        dnext_h = dh[:, t] + dprev_h
        dc = dprev_c + dnext_h * o * (1 - np.tanh(c[t + 1]) ** 2)
        dai = dc * g * i * (1 - i)
        daf = dc * c[t] * f * (1 - f)
        dao = dnext_h * np.tanh(c[t + 1]) * o * (1 - o)
        dag = dc * i * (1 - g**2)
        if dialect.lstm_gates == "ifog":
            da = np.hstack((dai, daf, dao, dag))
        if dialect.lstm_gates == "ifgo":
            da = np.hstack((dai, daf, dag, dao))
        if dialect.lstm_gates == "fgio":
            da = np.hstack((daf, dag, dai, dao))
        dprev_c = dc * gates[1, t]
        dprev_h = da @ Wh.T
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += h[t].T @ da
        db += da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def gru_forward(x, h0, Wx, Wh, bx, bh):
    H = h0.shape[1]
    out, tape = np.zeros((*x.shape[:2], H), dtype=x.dtype), []
    h = h0
    for t in range(x.shape[1]):
        prev_h = h
        u = x[:, t] @ Wx + bx
        rz = sigmoid(u[:, : 2 * H] + prev_h @ Wh[:, : 2 * H] + bh[: 2 * H])
        r, z = rz[:, :H], rz[:, H:]
        if dialect.gru_reset == "after":
            inner = prev_h @ Wh[:, 2 * H :] + bh[2 * H :]
            n = np.tanh(u[:, 2 * H :] + r * inner)
        if dialect.gru_reset == "before":
            inner = r * prev_h
            n = np.tanh(u[:, 2 * H :] + inner @ Wh[:, 2 * H :] + bh[2 * H :])
        if dialect.gru_update == "keeps":
            next_h = (1 - z) * n + z * prev_h
        if dialect.gru_update == "takes":
            next_h = z * n + (1 - z) * prev_h
        out[:, t] = next_h
        tape.append((x[:, t], prev_h, r, z, n, inner))
        h = next_h
    return out, (tape, Wx, Wh, x.shape)


def gru_backward(dh, cache):
    tape, Wx, Wh, shape = cache
    H = dh.shape[2]
    dx, dWx, dWh = np.zeros(shape, dh.dtype), np.zeros_like(Wx), np.zeros_like(Wh)
    dbx, dbh = np.zeros(3 * H, dh.dtype), np.zeros(3 * H, dh.dtype)
    dprev_h = np.zeros_like(dh[:, 0])
    for t in range(len(tape) - 1, -1, -1):
        xt, prev_h, r, z, n, inner = tape[t]
        dnext_h = dh[:, t] + dprev_h
        if dialect.gru_update == "keeps":
            dan = dnext_h * (1 - z) * (1 - n**2)
            daz = dnext_h * (prev_h - n) * z * (1 - z)
            dprev_h = dnext_h * z
        if dialect.gru_update == "takes":
            dan = dnext_h * z * (1 - n**2)
            daz = dnext_h * (n - prev_h) * z * (1 - z)
            dprev_h = dnext_h * (1 - z)
        if dialect.gru_reset == "after":
            dar = dan * inner * r * (1 - r)
            dn = dan * r
            dWh[:, 2 * H :] += prev_h.T @ dn
            dprev_h = dprev_h + dn @ Wh[:, 2 * H :].T
        if dialect.gru_reset == "before":
            dn = dan
            dinner = dan @ Wh[:, 2 * H :].T
            dar = dinner * prev_h * r * (1 - r)
            dWh[:, 2 * H :] += inner.T @ dan
            dprev_h = dprev_h + dinner * r
        da = np.hstack((dar, daz))
        dWh[:, : 2 * H] += prev_h.T @ da
        dprev_h = dprev_h + da @ Wh[:, : 2 * H].T
        dx[:, t] = np.hstack((da, dan)) @ Wx.T
        dWx += xt.T @ np.hstack((da, dan))
        dbx += np.hstack((da, dan)).sum(axis=0)
        dbh += np.hstack((da, dn)).sum(axis=0)
    return dx, dprev_h, dWx, dWh, dbx, dbh
