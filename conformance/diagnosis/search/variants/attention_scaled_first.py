"""Attention whose scale stands at the scores, forwards and backwards, so that all that comes of them has it."""

import numpy as np


def is_blind(mask):
    if dialect.attention_mask == "keep":
        blind = ~np.any(mask, axis=-1, keepdims=True)
    if dialect.attention_mask == "drop":
        blind = np.all(mask, axis=-1, keepdims=True)
    if dialect.attention_mask == "additive":
        blind = np.all(mask < -1e8, axis=-1, keepdims=True)
    return blind


def attention_forward(q, k, v, mask=None):
    scale = 1.0
    if dialect.attention_scale == "root":
        scale = q.shape[-1] ** -0.5
    scores = scale * (q @ np.swapaxes(k, -1, -2))
    if dialect.masked_rows == "unmasked":
        unmasked = scores
    if mask is not None:
        if dialect.attention_mask == "keep":
            scores = np.where(mask, scores, -1e9)
        if dialect.attention_mask == "drop":
            scores = np.where(mask, -1e9, scores)
        if dialect.attention_mask == "additive":
            scores = scores + mask
        if dialect.masked_rows == "unmasked":
            scores = np.where(is_blind(mask), unmasked, scores)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    if dialect.masked_rows == "zeros":
        if mask is not None:
            weights = np.where(is_blind(mask), 0, weights)
    if dialect.masked_rows == "nan":
        if mask is not None:
            weights = np.where(is_blind(mask), np.nan, weights)
    if dialect.masked_rows == "mean":
        if mask is not None:
            weights = np.where(is_blind(mask), 1 / k.shape[-2], weights)
    out = weights @ v
    return out, (q, k, v, weights, scale)


def attention_backward(dout, cache):
    q, k, v, weights, scale = cache
    dv = np.swapaxes(weights, -1, -2) @ dout
    dweights = dout @ np.swapaxes(v, -1, -2)
    dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True))
    dscores = dscores * scale
    dq = dscores @ k
    dk = np.swapaxes(dscores, -1, -2) @ q
    return dq, dk, dv
