import numpy as np


def sigmoid(x):
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + z), z / (1 + z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    t = np.tanh(next_c)
    return o * t, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, t)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, t = cache
    dnext_c = dnext_c + dnext_h * o * (1 - t * t)
    dprev_c = dnext_c * i  # WRONG; right: dprev_c = dnext_c * f
    d_i = dnext_c * g * (i - i ** 2)
    d_f = dnext_c * prev_c * (f - f ** 2)
    d_o = dnext_h * t * (o - o ** 2)
    d_g = dnext_c * i * (1 - g ** 2)
    dA = np.concatenate((d_i, d_f, d_o, d_g), axis=1)
    return dA @ Wx.T, dA @ Wh.T, dprev_c, x.T @ dA, prev_h.T @ dA, dA.sum(0)
