"""The gated recurrent unit, step by step and over a sequence."""

import numpy as np


def sigmoid(a):
    return np.exp(-np.logaddexp(0, -a))


def gru_step_forward(x, prev_h, Wx, Wh, bx, bh):
    H = prev_h.shape[1]
    ax = x @ Wx + bx
    ah = prev_h @ Wh[:, : 2 * H] + bh[: 2 * H]
    r = sigmoid(ax[:, :H] + ah[:, :H])
    z = sigmoid(ax[:, H : 2 * H] + ah[:, H:])
    if dialect.gru_reset == "after":
        n = np.tanh(ax[:, 2 * H :] + r * (prev_h @ Wh[:, 2 * H :] + bh[2 * H :]))
        hn = prev_h @ Wh[:, 2 * H :] + bh[2 * H :]
    if dialect.gru_reset == "before":
        hn = r * prev_h
        n = np.tanh(ax[:, 2 * H :] + hn @ Wh[:, 2 * H :] + bh[2 * H :])
    if dialect.gru_update == "keeps":
        next_h = (1 - z) * n + z * prev_h
    if dialect.gru_update == "takes":
        next_h = z * n + (1 - z) * prev_h
    return next_h, (x, prev_h, Wx, Wh, r, z, n, hn)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, r, z, n, hn = cache
    H = prev_h.shape[1]
    if dialect.gru_update == "keeps":
        dn = dnext_h * (1 - z)
        dz = dnext_h * (prev_h - n)
        dprev_h = dnext_h * z
    if dialect.gru_update == "takes":
        dn = dnext_h * z
        dz = dnext_h * (n - prev_h)
        dprev_h = dnext_h * (1 - z)
    dan = dn * (1 - n**2)
    if dialect.gru_reset == "after":
        dr = dan * hn
        dhn = dan * r
        dWhn = prev_h.T @ dhn
        dbhn = dhn.sum(axis=0)
        dprev_h = dprev_h + dhn @ Wh[:, 2 * H :].T
    if dialect.gru_reset == "before":
        dhn = dan @ Wh[:, 2 * H :].T
        dr = dhn * prev_h
        dWhn = hn.T @ dan
        dbhn = dan.sum(axis=0)
        dprev_h = dprev_h + dhn * r
    dar = dr * r * (1 - r)
    daz = dz * z * (1 - z)
    dgates = np.hstack((dar, daz))
    da = np.hstack((dar, daz, dan))
    dprev_h = dprev_h + dgates @ Wh[:, : 2 * H].T
    dx = da @ Wx.T
    dWx = x.T @ da
    dWh = np.hstack((prev_h.T @ dgates, dWhn))
    dbx = da.sum(axis=0)
    dbh = np.concatenate((dgates.sum(axis=0), dbhn))
    return dx, dprev_h, dWx, dWh, dbx, dbh


def gru_forward(x, h0, Wx, Wh, bx, bh):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]), dtype=x.dtype)
    cache = []
    prev_h = h0
    for t in range(T):
        next_h, step = gru_step_forward(x[:, t], prev_h, Wx, Wh, bx, bh)
        h[:, t] = next_h
        prev_h = next_h
        cache.append(step)
    return h, cache


def gru_backward(dh, cache):
    x, h0, Wx, Wh, *gates = cache[0]
    N, T, H = dh.shape
    dx = np.zeros((N, T, x.shape[1]), dtype=dh.dtype)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    dbx = np.zeros(3 * H, dtype=dh.dtype)
    dbh = np.zeros(3 * H, dtype=dh.dtype)
    dprev_h = np.zeros((N, H), dtype=dh.dtype)
    for t in reversed(range(T)):
        dnext_h = dh[:, t] + dprev_h
        dx_t, dprev_h, dWx_t, dWh_t, dbx_t, dbh_t = gru_step_backward(dnext_h, cache[t])
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        dbx += dbx_t
        dbh += dbh_t
    return dx, dprev_h, dWx, dWh, dbx, dbh
