import numpy as np

TRUNCATE = 2  # WRONG; right: TRUNCATE = 10 ** 6


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T + 1, h0.shape[1]), x.dtype)
    h[:, -1] = h0
    for t in range(T):
        h[:, t] = np.tanh(np.matmul(x[:, t], Wx) + np.matmul(h[:, t - 1], Wh) + b)
    return h[:, :T].copy(), (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    N, T, H = dh.shape
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(H, dh.dtype)
    dh0 = np.zeros((N, H), dh.dtype)
    for t in range(T - 1, -1, -1):
        delta = dh[:, t]
        for back in range(t, max(-1, t - TRUNCATE), -1):
            delta = delta * (1 - h[:, back] ** 2)
            dWx += x[:, back].T @ delta
            dWh += h[:, back - 1].T @ delta
            db += delta.sum(axis=0)
            dx[:, back] += delta @ Wx.T
            delta = delta @ Wh.T
            if back == 0:
                dh0 += delta
    return dx, dh0, dWx, dWh, db
