import numpy as np


def cell(x, h, Wx, Wh, b):
    return np.tanh(x @ Wx + h @ Wh + b)


def rnn_forward(x, h0, Wx, Wh, b):
    seq = np.swapaxes(x, 0, 1)
    hs = []
    for xt in seq:
        before = h0  # WRONG; right: before = hs[-1] if hs else h0
        hs.append(cell(xt, before, Wx, Wh, b))
    return np.swapaxes(np.array(hs), 0, 1), (seq, h0, hs, Wx, Wh)


def rnn_backward(dh, cache):
    seq, h0, hs, Wx, Wh = cache
    T = len(hs)
    olds = [h0] + hs[:-1]
    dWx, dWh = np.zeros_like(Wx), np.zeros_like(Wh)
    db = np.zeros_like(Wx[0])
    dx = np.empty_like(seq)
    later = np.zeros_like(h0)
    t = T
    while t > 0:
        t -= 1
        d = (dh[:, t] + later) * (1 - hs[t] * hs[t])
        dx[t] = d @ Wx.T
        later = d @ Wh.T
        dWx += seq[t].T @ d
        dWh += olds[t].T @ d
        db += d.sum(axis=0)
    return dx.swapaxes(0, 1), later, dWx, dWh, db
