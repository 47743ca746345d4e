import numpy as np


def squash(v):
    return 0.5 + 0.5 * np.tanh(0.5 * v)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = squash(ai), squash(af), squash(ao), np.tanh(ag)
    next_c = i * g + f * prev_c
    t = np.tanh(next_c)
    next_h = o * t
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, t)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, t = cache
    do = dnext_h * t
    dc = dnext_c + dnext_h * o * (1 - t * t)
    di, dg, df = dc * g, dc * i, dc * prev_c
    dprev_c = dc
    da = np.concatenate([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g * g)], axis=1)
    dx, dprev_h = da @ Wx.T, da @ Wh.T
    return dx, dprev_h, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, c = h0, np.zeros_like(h0)
    hs, caches = [], []
    for t in range(x.shape[1]):
        h, c, kept = lstm_step_forward(x[:, t, :], h, c, Wx, Wh, b)
        hs.append(h)
        caches.append(kept)
    return np.stack(hs, axis=1), caches


def lstm_backward(dh, caches):
    T = dh.shape[1]
    dxs = [None] * T
    from_h, from_c = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    dWx, dWh, db = 0, 0, 0
    for t in reversed(range(T)):
        dxs[t], from_h, from_c, gx, gh, gb = lstm_step_backward(dh[:, t] + from_h, from_c, caches[t])
        dWx, dWh, db = dWx + gx, dWh + gh, db + gb
    return np.stack(dxs, axis=1), from_h, dWx, dWh, db
