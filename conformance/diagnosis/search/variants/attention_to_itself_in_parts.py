"""Self-attention whose queries, keys and values have names before they are cut into heads."""

import numpy as np


def self_attention_forward(x, W, b, Wo, bo, heads, mask=None):
    N, T, E = x.shape
    d = E // heads
    if dialect.projection_weights == "out_in":
        W, Wo = W.T, Wo.T
    packed = x @ W + b
    queries = packed[:, :, :E]
    keys = packed[:, :, E : 2 * E]
    values = packed[:, :, 2 * E :]
    q = queries.reshape(N, T, heads, d).transpose(0, 2, 1, 3)
    k = keys.reshape(N, T, heads, d).transpose(0, 2, 1, 3)
    v = values.reshape(N, T, heads, d).transpose(0, 2, 1, 3)
    if dialect.heads_scale == "head":
        scale = d**0.5
    if dialect.heads_scale == "model":
        scale = E**0.5
    scores = q @ k.transpose(0, 1, 3, 2) / scale
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
    merged = (weights @ v).transpose(0, 2, 1, 3).reshape(N, T, E)
    out = merged @ Wo + bo
    return out, (x, W, Wo, q, k, v, weights, merged, scale)


def self_attention_backward(dout, cache):
    x, W, Wo, q, k, v, weights, merged, scale = cache
    N, T, E = x.shape
    dWo = merged.reshape(-1, E).T @ dout.reshape(-1, E)
    dbo = np.sum(dout, axis=(0, 1))
    dmerged = dout @ Wo.T
    dof_heads = dmerged.reshape(N, T, q.shape[1], q.shape[3]).transpose(0, 2, 1, 3)
    dv = weights.transpose(0, 1, 3, 2) @ dof_heads
    dweights = dof_heads @ v.transpose(0, 1, 3, 2)
    dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True))
    dscores = dscores / scale
    dq = dscores @ k
    dk = dscores.transpose(0, 1, 3, 2) @ q
    dqueries = dq.transpose(0, 2, 1, 3).reshape(N, T, E)
    dkeys = dk.transpose(0, 2, 1, 3).reshape(N, T, E)
    dvalues = dv.transpose(0, 2, 1, 3).reshape(N, T, E)
    dpacked = np.concatenate((dqueries, dkeys, dvalues), axis=2)
    dW = x.reshape(-1, E).T @ dpacked.reshape(-1, 3 * E)
    db = np.sum(dpacked, axis=(0, 1))
    dx = dpacked @ W.T
    if dialect.projection_weights == "out_in":
        dW, dWo = dW.T, dWo.T
    return dx, dW, db, dWo, dbo
