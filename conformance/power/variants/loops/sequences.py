"""Recurrent layers and those over time as explicit loops over samples, steps and units."""

import math

import numpy as np


def logistic(z):
    """One number, from the side on which exp does not overflow."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    power = math.exp(z)
    return power / (1 + power)


def sums(x, h, wx, wh, b):
    """What goes into every gate: one sum a sample and column."""
    a = np.zeros((x.shape[0], b.shape[0]), x.dtype)
    for n in range(x.shape[0]):
        for k in range(b.shape[0]):
            total = b[k]
            for d in range(x.shape[1]):
                total = total + x[n, d] * wx[d, k]
            for j in range(h.shape[1]):
                total = total + h[n, j] * wh[j, k]
            a[n, k] = total
    return a


def back_through_sums(da, x, h, wx, wh):
    """Every product hands its gradient to its two factors."""
    dx, dh, dwx, dwh = (np.zeros_like(each) for each in (x, h, wx, wh))
    db = np.zeros(wx.shape[1], x.dtype)
    for n in range(x.shape[0]):
        for k in range(wx.shape[1]):
            db[k] += da[n, k]
            for d in range(x.shape[1]):
                dx[n, d] += da[n, k] * wx[d, k]
                dwx[d, k] += da[n, k] * x[n, d]
            for j in range(h.shape[1]):
                dh[n, j] += da[n, k] * wh[j, k]
                dwh[j, k] += da[n, k] * h[n, j]
    return dx, dh, dwx, dwh, db


def rnn_step_forward(x, prev_h, wx, wh, b):
    """The hyperbolic tangent of every sum."""
    next_h = np.tanh(sums(x, prev_h, wx, wh, b))
    return next_h, (next_h, x, prev_h, wx, wh)


def rnn_step_backward(dnext_h, cache):
    """Unit by unit."""
    next_h, x, prev_h, wx, wh = cache
    da = np.zeros_like(next_h)
    for place in np.ndindex(next_h.shape):
        da[place] = dnext_h[place] * (1 - next_h[place] * next_h[place])
    return back_through_sums(da, x, prev_h, wx, wh)


def rnn_forward(x, h0, wx, wh, b):
    """Step after step."""
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]), x.dtype)
    caches = {}
    before = h0
    for t in range(x.shape[1]):
        before, caches[t] = rnn_step_forward(x[:, t, :], before, wx, wh, b)
        h[:, t, :] = before
    return h, caches


def rnn_backward(dh, cache):
    """From the last step to the first, sums kept on the way."""
    _, x0, h0, wx, wh = cache[0]
    dx = np.zeros((dh.shape[0], dh.shape[1], x0.shape[1]), dh.dtype)
    dwx, dwh, db = np.zeros_like(wx), np.zeros_like(wh), np.zeros(wx.shape[1], dh.dtype)
    carried = np.zeros_like(h0)
    for t in range(dh.shape[1] - 1, -1, -1):
        dx[:, t, :], carried, dwx_t, dwh_t, db_t = rnn_step_backward(dh[:, t, :] + carried, cache[t])
        dwx += dwx_t
        dwh += dwh_t
        db += db_t
    return dx, carried, dwx, dwh, db


def lstm_step_forward(x, prev_h, prev_c, wx, wh, b):
    """Unit by unit: three gates and a candidate."""
    units = prev_h.shape[1]
    a = sums(x, prev_h, wx, wh, b)
    next_h, next_c = np.zeros_like(prev_h), np.zeros_like(prev_c)
    gates = np.zeros((4, *prev_h.shape), x.dtype)
    for n, k in np.ndindex(prev_h.shape):
        i, f, o = (logistic(float(a[n, gate * units + k])) for gate in range(3))
        g = math.tanh(float(a[n, 3 * units + k]))
        next_c[n, k] = f * prev_c[n, k] + i * g
        next_h[n, k] = o * math.tanh(float(next_c[n, k]))
        gates[:, n, k] = i, f, o, g
    return next_h, next_c, (gates, next_c, x, prev_h, prev_c, wx, wh)


def lstm_step_backward(dnext_h, dnext_c, cache):
    """The same, backwards."""
    gates, next_c, x, prev_h, prev_c, wx, wh = cache
    units = prev_h.shape[1]
    da = np.zeros((x.shape[0], 4 * units), x.dtype)
    dprev_c = np.zeros_like(prev_c)
    for n, k in np.ndindex(prev_h.shape):
        i, f, o, g = gates[:, n, k]
        squashed = np.tanh(next_c[n, k])
        dc = dnext_c[n, k] + dnext_h[n, k] * o * (1 - squashed * squashed)
        da[n, k] = dc * g * i * (1 - i)
        da[n, units + k] = dc * prev_c[n, k] * f * (1 - f)
        da[n, 2 * units + k] = dnext_h[n, k] * squashed * o * (1 - o)
        da[n, 3 * units + k] = dc * i * (1 - g * g)
        dprev_c[n, k] = dc * f
    dx, dprev_h, dwx, dwh, db = back_through_sums(da, x, prev_h, wx, wh)
    return dx, dprev_h, dprev_c, dwx, dwh, db


def lstm_forward(x, h0, wx, wh, b):
    """Step after step, the cell from zeros."""
    h = np.zeros((x.shape[0], x.shape[1], h0.shape[1]), x.dtype)
    caches = {}
    state, cell = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        state, cell, caches[t] = lstm_step_forward(x[:, t, :], state, cell, wx, wh, b)
        h[:, t, :] = state
    return h, caches


def lstm_backward(dh, cache):
    """Both states carry a gradient back."""
    _, _, x0, h0, _, wx, wh = cache[0]
    dx = np.zeros((dh.shape[0], dh.shape[1], x0.shape[1]), dh.dtype)
    dwx, dwh, db = np.zeros_like(wx), np.zeros_like(wh), np.zeros(wx.shape[1], dh.dtype)
    state, cell = np.zeros_like(h0), np.zeros_like(h0)
    for t in range(dh.shape[1] - 1, -1, -1):
        dx[:, t, :], state, cell, dwx_t, dwh_t, db_t = lstm_step_backward(dh[:, t, :] + state, cell, cache[t])
        dwx += dwx_t
        dwh += dwh_t
        db += db_t
    return dx, state, dwx, dwh, db


def word_embedding_forward(x, w):
    """Word by word."""
    out = np.zeros((*x.shape, w.shape[1]), w.dtype)
    for place in np.ndindex(x.shape):
        out[place] = w[x[place]]
    return out, (x, w.shape)


def word_embedding_backward(dout, cache):
    """Word by word."""
    x, shape = cache
    dw = np.zeros(shape, dout.dtype)
    for place in np.ndindex(x.shape):
        dw[x[place]] += dout[place]
    return dw


def temporal_affine_forward(x, w, b):
    """Step by step."""
    out = np.zeros((*x.shape[:2], b.shape[0]), x.dtype)
    for n, t in np.ndindex(x.shape[:2]):
        out[n, t] = x[n, t] @ w + b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    """Step by step."""
    x, w = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1], x.dtype)
    for n, t in np.ndindex(x.shape[:2]):
        dx[n, t] = w @ dout[n, t]
        dw += np.outer(x[n, t], dout[n, t])
        db += dout[n, t]
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    """Step by step, those that count."""
    loss = 0.0
    dx = np.zeros_like(x)
    for n, t in np.ndindex(mask.shape):
        if not mask[n, t]:
            continue
        scores = x[n, t] - x[n, t].max()
        powers = np.exp(scores)
        total = powers.sum()
        loss += np.log(total) - scores[y[n, t]]
        dx[n, t] = powers / total
        dx[n, t, y[n, t]] -= 1
    return loss / x.shape[0], dx / x.dtype.type(x.shape[0])
