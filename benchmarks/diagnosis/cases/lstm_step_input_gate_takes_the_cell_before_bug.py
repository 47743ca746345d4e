import numpy as np


def sig(z):
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    act = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    ai, af, ao, ag = act[:, :H], act[:, H:2 * H], act[:, 2 * H:3 * H], act[:, 3 * H:]
    i, f, o, g = sig(ai), sig(af), sig(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    next_h = o * tc
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc = cache
    do = dnext_h * tc
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    df, dprev_c = dc * prev_c, dc * f
    di, dg = dc * prev_c, dc * i  # WRONG; right: di, dg = dc * g, dc * i
    dai, daf, dao = di * i * (1 - i), df * f * (1 - f), do * o * (1 - o)
    dag = dg * (1 - g ** 2)
    dact = np.hstack((dai, daf, dao, dag))
    dx, dWx = dact.dot(Wx.T), x.T.dot(dact)
    dprev_h, dWh = dact.dot(Wh.T), prev_h.T.dot(dact)
    db = dact.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, hs, caches = h0, np.zeros_like(h0), [], []
    for t in range(x.shape[1]):
        h, c, kept = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        hs.append(h)
        caches.append(kept)
    return np.stack(hs, axis=1), caches


def lstm_backward(dh, cache):
    dprev_h, dprev_c = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    dx = np.empty((*dh.shape[:2], cache[0][0].shape[1]), dtype=dh.dtype)
    total = None
    for t in reversed(range(dh.shape[1])):
        dx[:, t], dprev_h, dprev_c, *parts = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        total = parts if total is None else [old + new for old, new in zip(total, parts)]
    return dx, dprev_h, *total
