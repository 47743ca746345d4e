"""Attention over a grid by einsum, places kept as two axes; the LSTM's products of its inputs before the loop."""

import numpy as np
from sequences import lstm_step_backward, lstm_step_forward


def dot_product_attention_forward(prev_h, a):
    """No axis is flattened."""
    scores = np.einsum("nh,nhpq->npq", prev_h, a) * a.dtype.type(a.shape[1] ** -0.5)
    powers = np.exp(scores - scores.max(axis=(1, 2), keepdims=True))
    weights = powers / powers.sum(axis=(1, 2), keepdims=True)
    return np.einsum("nhpq,npq->nh", a, weights), weights, (prev_h, a, weights)


def dot_product_attention_backward(dattn, cache):
    """Two terms for the grid, one for the state."""
    prev_h, a, weights = cache
    dweights = np.einsum("nh,nhpq->npq", dattn, a)
    inner = np.einsum("npq,npq->n", dweights, weights)
    dscores = weights * (dweights - inner[:, None, None]) * a.dtype.type(a.shape[1] ** -0.5)
    da = np.einsum("nh,npq->nhpq", dattn, weights) + np.einsum("nh,npq->nhpq", prev_h, dscores)
    return np.einsum("nhpq,npq->nh", a, dscores), da


def attention_lstm_step_forward(x, prev_h, prev_c, attn, wx, wh, wattn, b):
    """State and attention side by side."""
    both, weights = np.hstack([prev_h, attn]), np.vstack([wh, wattn])
    next_h, next_c, gates = _gates(np.einsum("nd,dk->nk", x, wx) + np.einsum("nj,jk->nk", both, weights) + b, prev_c)
    return next_h, next_c, (x, both, wx, weights, gates)


def attention_lstm_step_backward(dnext_h, dnext_c, cache):
    """Cut in two again."""
    x, both, wx, weights, gates = cache
    da, dprev_c = _gates_back(dnext_h, dnext_c, gates)
    units = dprev_c.shape[1]
    dboth, dweights = np.einsum("nk,jk->nj", da, weights), np.einsum("nj,nk->jk", both, da)
    dx, dwx = np.einsum("nk,dk->nd", da, wx), np.einsum("nd,nk->dk", x, da)
    return dx, dboth[:, :units], dprev_c, dboth[:, units:], dwx, dweights[:units], dweights[units:], da.sum(0)


def attention_lstm_forward(x, a, wx, wh, wattn, b):
    """A step at a time."""
    h = c = np.einsum("nhpq->nh", a) / a.dtype.type(a.shape[2] * a.shape[3])
    out, steps = np.zeros((*x.shape[:2], a.shape[1]), x.dtype), []
    for t in range(x.shape[1]):
        attn, _, looked = dot_product_attention_forward(h, a)
        h, c, stepped = attention_lstm_step_forward(x[:, t], h, c, attn, wx, wh, wattn, b)
        out[:, t] = h
        steps.append((looked, stepped))
    return out, (a, steps)


def attention_lstm_backward(dh, cache):
    """Everything that is summed is stacked first."""
    a, steps = cache
    state, cell = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    each = []
    for t in reversed(range(len(steps))):
        looked, stepped = steps[t]
        dx, state, cell, dattn, *weights = attention_lstm_step_backward(dh[:, t] + state, cell, stepped)
        more, da = dot_product_attention_backward(dattn, looked)
        state = state + more
        each.insert(0, (dx, da, *weights))
    dx, da, *weights = zip(*each, strict=True)
    spread = np.einsum("nh,pq->nhpq", state + cell, np.full(a.shape[2:], 1 / (a.shape[2] * a.shape[3]), a.dtype))
    return np.stack(dx, axis=1), np.stack(da).sum(0) + spread, *(np.stack(each).sum(0) for each in weights)


def _gates(inside, prev_c):
    """The step of ``sequences``, of an input that is summed already."""
    one, nothing = (
        np.eye(inside.shape[1], dtype=inside.dtype),
        np.zeros((prev_c.shape[1], inside.shape[1]), inside.dtype),
    )
    return lstm_step_forward(inside, prev_c, prev_c, one, nothing, nothing[0])


def _gates_back(dnext_h, dnext_c, cache):
    """Its gradient by what was summed."""
    dinside, _, dprev_c, *_ = lstm_step_backward(dnext_h, dnext_c, cache)
    return dinside, dprev_c
