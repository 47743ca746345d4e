"""Attention over a grid of features, and the LSTM that looks at it."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def dot_product_attention_forward(prev_h, A):
    N, H, D_a, _ = A.shape
    A_flat = A.reshape(N, H, -1)
    scores = np.sum(prev_h[:, :, np.newaxis] * A_flat, axis=1) / H**0.5
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    attn = np.sum(A_flat * weights[:, np.newaxis], axis=2)
    return attn, weights.reshape(N, D_a, D_a), (prev_h, A_flat, weights, A.shape)


def dot_product_attention_backward(dattn, cache):
    prev_h, A_flat, weights, shape = cache
    H = prev_h.shape[1]
    dweights = np.sum(dattn[:, :, np.newaxis] * A_flat, axis=1)
    dscores = weights * (dweights - np.sum(dweights * weights, axis=1, keepdims=True))
    dscores = dscores / H**0.5
    dprev_h = np.sum(A_flat * dscores[:, np.newaxis], axis=2)
    dA = dattn[:, :, np.newaxis] * weights[:, np.newaxis] + prev_h[:, :, np.newaxis] * dscores[:, np.newaxis]
    return dprev_h, dA.reshape(shape)


def attention_lstm_step_forward(x, prev_h, prev_c, attn, Wx, Wh, Wattn, b):
    a = x @ Wx + prev_h @ Wh + attn @ Wattn + b
    if dialect.lstm_gates == "ifog":
        ai, af, ao, ag = np.split(a, 4, axis=1)
    if dialect.lstm_gates == "ifgo":
        ai, af, ag, ao = np.split(a, 4, axis=1)
    if dialect.lstm_gates == "fgio":
        af, ag, ai, ao = np.split(a, 4, axis=1)
    if dialect.lstm_forget == "one":
        af = af + 1
    i = sigmoid(ai)
    f = sigmoid(af)
    o = sigmoid(ao)
    g = np.tanh(ag)
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    return next_h, next_c, (x, prev_h, prev_c, attn, Wx, Wh, Wattn, i, f, o, g, tanh_c)


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, attn, Wx, Wh, Wattn, i, f, o, g, tanh_c = cache
    do = dnext_h * tanh_c
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
    dprev_c = dc * f
    df = dc * prev_c
    di = dc * g
    dg = dc * i
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g**2)
    if dialect.lstm_gates == "ifog":
        da = np.hstack((dai, daf, dao, dag))
    if dialect.lstm_gates == "ifgo":
        da = np.hstack((dai, daf, dag, dao))
    if dialect.lstm_gates == "fgio":
        da = np.hstack((daf, dag, dai, dao))
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dattn = da @ Wattn.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    dWattn = attn.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dattn, dWx, dWh, dWattn, db


def attention_lstm_forward(x, A, Wx, Wh, Wattn, b):
    N, T, D = x.shape
    h0 = A.mean(axis=(2, 3))
    c0 = h0
    h = np.zeros((N, T, h0.shape[1]), dtype=x.dtype)
    cache = []
    prev_h = h0
    prev_c = c0
    for t in range(T):
        attn, _, looked = dot_product_attention_forward(prev_h, A)
        next_h, next_c, step = attention_lstm_step_forward(x[:, t], prev_h, prev_c, attn, Wx, Wh, Wattn, b)
        h[:, t] = next_h
        prev_h = next_h
        prev_c = next_c
        cache.append((looked, step))
    return h, (A, cache)


def attention_lstm_backward(dh, cache):
    A, steps = cache
    _, (x, h0, c0, attn, Wx, Wh, Wattn, *gates) = steps[0]
    N, T, H = dh.shape
    dx = np.zeros((N, T, x.shape[1]), dtype=dh.dtype)
    dA = np.zeros_like(A)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    dWattn = np.zeros_like(Wattn)
    db = np.zeros(4 * H, dtype=dh.dtype)
    dprev_h = np.zeros((N, H), dtype=dh.dtype)
    dprev_c = np.zeros((N, H), dtype=dh.dtype)
    for t in reversed(range(T)):
        looked, step = steps[t]
        dx_t, dprev_h, dprev_c, dattn, dWx_t, dWh_t, dWattn_t, db_t = attention_lstm_step_backward(
            dh[:, t] + dprev_h, dprev_c, step
        )
        dlooked, dA_t = dot_product_attention_backward(dattn, looked)
        dprev_h = dprev_h + dlooked
        dx[:, t] = dx_t
        dA += dA_t
        dWx += dWx_t
        dWh += dWh_t
        dWattn += dWattn_t
        db += db_t
    dA += (dprev_h + dprev_c)[:, :, np.newaxis, np.newaxis] / (A.shape[2] * A.shape[3])
    return dx, dA, dWx, dWh, dWattn, db
