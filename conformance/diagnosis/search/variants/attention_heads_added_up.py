"""Attention head by head: each passes its own rows of the last weights, and what comes of it is added up."""

import numpy as np


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    E = q.shape[2]
    d = E // heads
    if dialect.projection_weights == "out_in":
        Wq, Wk, Wv, Wo = Wq.T, Wk.T, Wv.T, Wo.T
    query, key, value = q @ Wq + bq, k @ Wk + bk, v @ Wv + bv
    if dialect.heads_scale == "head":
        scale = d**0.5
    if dialect.heads_scale == "model":
        scale = E**0.5
    out, kept = np.zeros_like(q), []
    for head in range(heads):
        own = slice(head * d, (head + 1) * d)
        scores = query[:, :, own] @ key[:, :, own].swapaxes(1, 2) / scale
        if mask is not None:
            if dialect.attention_mask == "keep":
                scores = np.where(mask, scores, -np.inf)
            if dialect.attention_mask == "drop":
                scores = np.where(mask, -np.inf, scores)
            if dialect.attention_mask == "additive":
                scores = scores + mask
        powers = np.exp(scores - scores.max(axis=2, keepdims=True))
        weights = powers / powers.sum(axis=2, keepdims=True)
        of_head = weights @ value[:, :, own]
        out += of_head @ Wo[own]
        kept.append((own, weights, of_head))
    return out + bo, (q, k, v, Wq, Wk, Wv, Wo, query, key, value, kept, scale)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, query, key, value, kept, scale = cache
    dquery, dkey, dvalue, dWo = np.zeros_like(query), np.zeros_like(key), np.zeros_like(value), np.zeros_like(Wo)
    for own, weights, of_head in kept:
        dWo[own] += np.sum(of_head.swapaxes(1, 2) @ dout, axis=0)
        dof_head = dout @ Wo[own].T
        dweights = dof_head @ value[:, :, own].swapaxes(1, 2)
        dscores = weights * (dweights - np.sum(dweights * weights, axis=2, keepdims=True)) / scale
        dquery[:, :, own] += dscores @ key[:, :, own]
        dkey[:, :, own] += dscores.swapaxes(1, 2) @ query[:, :, own]
        dvalue[:, :, own] += weights.swapaxes(1, 2) @ dof_head
    dWq = np.sum(q.swapaxes(1, 2) @ dquery, axis=0)
    dWk = np.sum(k.swapaxes(1, 2) @ dkey, axis=0)
    dWv = np.sum(v.swapaxes(1, 2) @ dvalue, axis=0)
    dq, dk, dv = dquery @ Wq.T, dkey @ Wk.T, dvalue @ Wv.T
    dbq, dbk, dbv = np.sum(dquery, axis=(0, 1)), np.sum(dkey, axis=(0, 1)), np.sum(dvalue, axis=(0, 1))
    dbo = np.sum(dout, axis=(0, 1))
    if dialect.projection_weights == "out_in":
        dWq, dWk, dWv, dWo = dWq.T, dWk.T, dWv.T, dWo.T
    return dq, dk, dv, dWq, dWk, dWv, dWo, dbq, dbk, dbv, dbo
