"""Attention in several heads that are samples of their own: added up in the end."""

import numpy as np


def fold(a, heads):
    N, T, E = a.shape
    return a.reshape(N, T, heads, E // heads).transpose(0, 2, 1, 3).reshape(N * heads, T, E // heads)


def unfold(a, heads):
    M, T, d = a.shape
    return a.reshape(M // heads, heads, T, d).transpose(0, 2, 1, 3).reshape(M // heads, T, heads * d)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    N, T, E = q.shape
    if dialect.projection_weights == "out_in":
        Wq, Wk, Wv, Wo = Wq.T, Wk.T, Wv.T, Wo.T
    Q = fold(q @ Wq + bq, heads)
    K = fold(k @ Wk + bk, heads)
    V = fold(v @ Wv + bv, heads)
    if dialect.heads_scale == "head":
        scale = (E // heads) ** -0.5
    if dialect.heads_scale == "model":
        scale = E**-0.5
    scores = Q @ K.transpose(0, 2, 1) * scale
    if mask is not None:
        masks = np.broadcast_to(mask, (N, *mask.shape[-2:]))
        seen = np.repeat(masks, heads, axis=0)
        if dialect.attention_mask == "keep":
            scores = np.where(seen, scores, -np.inf)
        if dialect.attention_mask == "drop":
            scores = np.where(seen, -np.inf, scores)
        if dialect.attention_mask == "additive":
            scores = scores + seen
    powers = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = powers / powers.sum(axis=2, keepdims=True)
    merged = unfold(weights @ V, heads)
    out = np.zeros_like(merged)
    for head in range(heads):
        own = slice(head * (E // heads), (head + 1) * (E // heads))
        out += merged[:, :, own] @ Wo[own]
    out = out + bo
    return out, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, weights, merged, heads, scale)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, weights, merged, heads, scale = cache
    E = dout.shape[2]
    dbo = dout.sum(axis=(0, 1))
    dWo = merged.reshape(-1, E).T @ dout.reshape(-1, E)
    dmerged = fold(dout @ Wo.T, heads)
    dV = weights.transpose(0, 2, 1) @ dmerged
    dweights = dmerged @ V.transpose(0, 2, 1)
    dscores = weights * (dweights - (dweights * weights).sum(axis=2, keepdims=True)) * scale
    dquery = unfold(dscores @ K, heads)
    dkey = unfold(dscores.transpose(0, 2, 1) @ Q, heads)
    dvalue = unfold(dV, heads)
    dbq, dbk, dbv = dquery.sum(axis=(0, 1)), dkey.sum(axis=(0, 1)), dvalue.sum(axis=(0, 1))
    dWq = q.reshape(-1, E).T @ dquery.reshape(-1, E)
    dWk = k.reshape(-1, E).T @ dkey.reshape(-1, E)
    dWv = v.reshape(-1, E).T @ dvalue.reshape(-1, E)
    dq, dk, dv = dquery @ Wq.T, dkey @ Wk.T, dvalue @ Wv.T
    if dialect.projection_weights == "out_in":
        dWq, dWk, dWv, dWo = dWq.T, dWk.T, dWv.T, dWo.T
    return dq, dk, dv, dWq, dWk, dWv, dWo, dbq, dbk, dbv, dbo
