import numpy as np


def s(a):
    return 1.0 / (1.0 + np.exp(-np.clip(a, -500, 500)))


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h, c = h0, np.zeros_like(h0)
    out, tape = np.zeros((N, T, H), x.dtype), []
    for t in range(T):
        a = x[:, t] @ Wx + h @ Wh + b
        i, f, o, g = s(a[:, 0:H]), s(a[:, H:2*H]), s(a[:, 2*H:3*H]), np.tanh(a[:, 3*H:4*H])
        hp, cp = h, c
        c = f * cp + (i + g)  # WRONG; right: c = f * cp + (i * g)
        h = o * np.tanh(c)
        out[:, t] = h
        tape.append((x[:, t], hp, cp, i, f, o, g, c))
    return out, (tape, Wx, Wh)


def lstm_backward(dh, cache):
    tape, Wx, Wh = cache
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[1], Wh.dtype)
    dx = np.zeros((dh.shape[0], len(tape), Wx.shape[0]), dh.dtype)
    dhn, dcn = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in range(len(tape))[::-1]:
        xt, hp, cp, i, f, o, g, c = tape[t]
        d = dh[:, t] + dhn
        th = np.tanh(c)
        dc = dcn + d * o * (1 - th**2)
        da = np.hstack((dc*g*i*(1-i), dc*cp*f*(1-f), d*th*o*(1-o), dc*i*(1-g**2)))
        dx[:, t], dhn, dcn = da @ Wx.T, da @ Wh.T, dc * f
        dWx += xt.T @ da
        dWh += hp.T @ da
        db += da.sum(0)
    return dx, dhn, dWx, dWh, db
