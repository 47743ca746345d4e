import numpy as np


def sig(a):
    return 1 / (1 + np.exp(-np.clip(a, -60, 60)))


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    hs, tape = np.zeros((N, T, H), x.dtype), []
    h, c = h0, np.zeros_like(h0)
    for t in range(T):
        a = x[:, t].dot(Wx) + h.dot(Wh) + b
        i, f, o = sig(a[:, :H]), sig(a[:, H:2 * H]), sig(a[:, 2 * H:3 * H])
        g = np.tanh(a[:, 3 * H:])
        new_c = f * c + i * g
        tc = np.tanh(new_c)
        tape.append((x[:, t], h, c, i, f, o, g, tc))
        hs[:, t] = o * tc
        c = new_c
        h = hs[:, t]
    return hs, (tape, Wx, Wh)


def lstm_backward(dh, cache):
    tape, Wx, Wh = cache
    N, T, H = dh.shape
    dx = []
    dWx, dWh, db = 0 * Wx, 0 * Wh, np.zeros(4 * H, dh.dtype)
    back_h, back_c = np.zeros((N, H), dh.dtype), np.zeros((N, H), dh.dtype)
    for t in reversed(range(T)):
        x, h, c, i, f, o, g, tc = tape[t]
        d = dh[:, t] + back_h
        dc = back_c + d * o * (1 - tc ** 2)
        da = np.concatenate((dc * g * i * (1 - i), dc * c * f * (1 - f), d * tc * o * (1 - o), dc * i * (1 - g ** 2)), axis=1)
        dx.append(da.dot(Wx.T))
        dWx, dWh, db = dWx + x.T.dot(da), dWh + h.T.dot(da), db + da.sum(axis=0)
        back_h, back_c = da.dot(Wh.T), dc * f
    return np.stack(dx[::-1], axis=1), back_h, dWx, dWh, db
