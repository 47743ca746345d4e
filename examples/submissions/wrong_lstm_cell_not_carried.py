"""
An LSTM, one step and a whole sequence.
"""
import numpy as np


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H:2 * H]), sigmoid(a[:, 2 * H:3 * H])
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    return o * tanh_c, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    # the cell is reached through next_c and through next_h
    dc = dnext_c + dnext_h * o * (1 - tanh_c ** 2)
    da = np.hstack([
        dc * g * i * (1 - i),
        dc * prev_c * f * (1 - f),
        dnext_h * tanh_c * o * (1 - o),
        dc * i * (1 - g ** 2),
    ])
    return da.dot(Wx.T), da.dot(Wh.T), dc * f, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, cache = [], []
    prev_h, prev_c = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        prev_h, prev_c, step = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h.append(prev_h)
        cache.append(step)
    return np.stack(h, axis=1), cache


def lstm_backward(dh, cache):
    dx, sums = [], [0, 0, 0]
    dprev_h = np.zeros_like(dh[:, 0])
    dnext_c = np.zeros_like(dprev_h)
    for t in reversed(range(len(cache))):
        dx_t, dprev_h, dprev_c, *grads = lstm_step_backward(dh[:, t] + dprev_h, dnext_c, cache[t])
        dx.insert(0, dx_t)
        sums = [total + grad for total, grad in zip(sums, grads)]
    return np.stack(dx, axis=1), dprev_h, sums[0], sums[1], sums[2]
