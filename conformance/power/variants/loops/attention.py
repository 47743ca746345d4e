"""Attention as explicit loops over samples, queries and keys."""

import math

import numpy as np


def row_of(q, k, mask, n, t):
    """The weights of one query."""
    kept = [s for s in range(k.shape[1]) if mask is None or np.broadcast_to(mask, (*q.shape[:2], k.shape[1]))[n, t, s]]
    weights = np.zeros(k.shape[1], q.dtype)
    scores = []
    for s in kept:
        total = q.dtype.type(0)
        for d in range(q.shape[2]):
            total += q[n, t, d] * k[n, s, d]
        scores.append(total / q.dtype.type(math.sqrt(q.shape[2])))
    if kept:
        powers = np.exp(np.array(scores) - max(scores))
        weights[kept] = powers / powers.sum()
    return weights


def attention_forward(q, k, v, mask=None):
    """Query by query."""
    out = np.zeros((*q.shape[:2], v.shape[2]), q.dtype)
    weights = np.zeros((*q.shape[:2], k.shape[1]), q.dtype)
    for n, t in np.ndindex(q.shape[:2]):
        weights[n, t] = row_of(q, k, mask, n, t)
        for s in range(k.shape[1]):
            out[n, t] += weights[n, t, s] * v[n, s]
    return out, (q, k, v, weights)


def attention_backward(dout, cache):
    """Query by query, the Jacobian of each softmax written out."""
    q, k, v, weights = cache
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    root = q.dtype.type(math.sqrt(q.shape[2]))
    for n, t in np.ndindex(q.shape[:2]):
        row = weights[n, t]
        jacobian = np.diag(row) - np.outer(row, row)
        drow = np.array([dout[n, t] @ v[n, s] for s in range(k.shape[1])])
        dscores = jacobian @ drow / root
        for s in range(k.shape[1]):
            dv[n, s] += row[s] * dout[n, t]
            dq[n, t] += dscores[s] * k[n, s]
            dk[n, s] += dscores[s] * q[n, t]
    return dq, dk, dv


def multi_head_attention_forward(q, k, v, wq, wk, wv, wo, bq, bk, bv, bo, heads, mask=None):
    """Head after head, each with its own columns."""
    width = q.shape[2] // heads
    columns = [slice(h * width, (h + 1) * width) for h in range(heads)]
    outs, caches = [], []
    for own in columns:
        out, cache = attention_forward(
            q @ wq[:, own] + bq[own], k @ wk[:, own] + bk[own], v @ wv[:, own] + bv[own], mask
        )
        outs.append(out)
        caches.append(cache)
    together = np.concatenate(outs, axis=2)
    return together @ wo + bo, (q, k, v, wq, wk, wv, wo, columns, caches, together)


def multi_head_attention_backward(dout, cache):
    """Head after head, sample after sample."""
    q, k, v, wq, wk, wv, wo, columns, caches, together = cache
    dtogether = dout @ wo.T
    dx = [np.zeros_like(x) for x in (q, k, v)]
    dw = [np.zeros_like(w) for w in (wq, wk, wv, wo)]
    db = [np.zeros(wo.shape[1], q.dtype) for _ in range(4)]
    for own, kept in zip(columns, caches, strict=False):
        for i, (x, w, d) in enumerate(
            zip((q, k, v), (wq, wk, wv), attention_backward(dtogether[:, :, own], kept), strict=False)
        ):
            dx[i] += d @ w[:, own].T
            for n in range(len(x)):
                dw[i][:, own] += x[n].T @ d[n]
                db[i][own] += d[n].sum(axis=0)
    for n in range(len(dout)):
        dw[3] += together[n].T @ dout[n]
        db[3] += dout[n].sum(axis=0)
    return (*dx, *dw, *db)
