"""Attention in several heads, each of its steps by itself."""

import numpy as np


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    N, T, E = q.shape
    S = k.shape[1]
    d = E // heads
    if dialect.projection_weights == "out_in":
        Wq, Wk, Wv, Wo = Wq.T, Wk.T, Wv.T, Wo.T
    query = q @ Wq + bq
    key = k @ Wk + bk
    value = v @ Wv + bv
    Q = query.reshape(N, T, heads, d).transpose(0, 2, 1, 3)
    K = key.reshape(N, S, heads, d).transpose(0, 2, 1, 3)
    V = value.reshape(N, S, heads, d).transpose(0, 2, 1, 3)
    if dialect.heads_scale == "head":
        scale = d**0.5
    if dialect.heads_scale == "model":
        scale = E**0.5
    scores = Q @ K.transpose(0, 1, 3, 2) / scale
    if mask is not None:
        seen = np.expand_dims(mask, -3)
        if dialect.attention_mask == "keep":
            scores = np.where(seen, scores, -np.inf)
        if dialect.attention_mask == "drop":
            scores = np.where(seen, -np.inf, scores)
        if dialect.attention_mask == "additive":
            scores = scores + seen
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    of_heads = weights @ V
    merged = of_heads.transpose(0, 2, 1, 3).reshape(N, T, E)
    out = merged @ Wo + bo
    return out, (q, k, v, Wq, Wk, Wv, Wo, query, key, value, Q, K, V, weights, merged, heads, scale)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, query, key, value, Q, K, V, weights, merged, heads, scale = cache
    N, T, E = q.shape
    S = k.shape[1]
    d = E // heads
    dbo = np.sum(dout, axis=(0, 1))
    dWo = merged.reshape(-1, E).T @ dout.reshape(-1, E)
    dmerged = dout @ Wo.T
    dof_heads = dmerged.reshape(N, T, heads, d).transpose(0, 2, 1, 3)
    dweights = dof_heads @ V.transpose(0, 1, 3, 2)
    dV = weights.transpose(0, 1, 3, 2) @ dof_heads
    dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True))
    dscores = dscores / scale
    dQ = dscores @ K
    dK = dscores.transpose(0, 1, 3, 2) @ Q
    dquery = dQ.transpose(0, 2, 1, 3).reshape(N, T, E)
    dkey = dK.transpose(0, 2, 1, 3).reshape(N, S, E)
    dvalue = dV.transpose(0, 2, 1, 3).reshape(N, S, E)
    dbq = np.sum(dquery, axis=(0, 1))
    dbk = np.sum(dkey, axis=(0, 1))
    dbv = np.sum(dvalue, axis=(0, 1))
    dWq = q.reshape(-1, E).T @ dquery.reshape(-1, E)
    dWk = k.reshape(-1, E).T @ dkey.reshape(-1, E)
    dWv = v.reshape(-1, E).T @ dvalue.reshape(-1, E)
    dq = dquery @ Wq.T
    dk = dkey @ Wk.T
    dv = dvalue @ Wv.T
    if dialect.projection_weights == "out_in":
        dWq, dWk, dWv, dWo = dWq.T, dWk.T, dWv.T, dWo.T
    return dq, dk, dv, dWq, dWk, dWv, dWo, dbq, dbk, dbv, dbo
