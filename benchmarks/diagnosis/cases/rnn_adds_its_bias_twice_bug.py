import numpy as np


def linear(a, W, b):
    return np.dot(a, W) + b


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.empty((N, T + 1, h0.shape[1]), x.dtype)
    h[:, 0] = h0
    for t in range(T):
        z = linear(x[:, t], Wx, b) + linear(h[:, t], Wh, b)  # WRONG; right: z = linear(x[:, t], Wx, b) + linear(h[:, t], Wh, 0)
        h[:, t + 1] = np.tanh(z)
    return h[:, 1:], (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wx.shape[1], Wx.dtype)
    dnext = np.zeros_like(h[:, 0])
    for t in reversed(range(x.shape[1])):
        dz = (dh[:, t] + dnext) * (1 - h[:, t + 1] ** 2)
        dx[:, t], dnext = dz @ Wx.T, dz @ Wh.T
        dWx, dWh, db = dWx + x[:, t].T @ dz, dWh + h[:, t].T @ dz, db + dz.sum(0)
    return dx, dnext, dWx, dWh, db
