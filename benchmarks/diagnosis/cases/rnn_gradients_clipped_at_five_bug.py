import numpy as np


def one_step(x, h, p):
    Wx, Wh, b = p
    return np.tanh(x @ Wx + h @ Wh + b)


def rnn_forward(x, h0, Wx, Wh, b):
    states = {-1: h0}
    for t in range(x.shape[1]):
        states[t] = one_step(x[:, t], states[t - 1], (Wx, Wh, b))
    return np.stack([states[t] for t in range(x.shape[1])], axis=1), (x, states, Wx, Wh, b)


def rnn_backward(dh, cache):
    x, hs, Wx, Wh, b = cache
    dx = np.zeros_like(x)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dnext = np.zeros_like(hs[-1])
    for t in reversed(range(x.shape[1])):
        draw = (1 - hs[t] * hs[t]) * (dh[:, t] + dnext)
        db += draw.sum(0)
        dWx += x[:, t].T @ draw
        dWh += hs[t - 1].T @ draw
        dx[:, t] = draw @ Wx.T
        dnext = draw @ Wh.T
    for g in (dWx, dWh, db):
        np.clip(g, -5, 5, out=g)  # WRONG; right: pass
    return dx, dnext, dWx, dWh, db
