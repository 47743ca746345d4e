"""Attention that keeps nothing but what it was given, and takes its weights anew on the way back."""

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
    D = q.shape[-1]
    scores = q @ np.swapaxes(k, -1, -2)
    if dialect.attention_scale == "root":
        scores = scores / D**0.5
    if dialect.masked_rows == "unmasked":
        unmasked = scores
    if mask is not None:
        if dialect.attention_mask == "keep":
            scores = np.where(mask, scores, -np.inf)
        if dialect.attention_mask == "drop":
            scores = np.where(mask, -np.inf, scores)
        if dialect.attention_mask == "additive":
            scores = scores + mask
        if dialect.masked_rows == "unmasked":
            scores = np.where(is_blind(mask), unmasked, scores)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    if dialect.masked_rows == "zeros":
        if mask is not None:
            weights = np.where(is_blind(mask), 0, weights)
    if dialect.masked_rows == "mean":
        if mask is not None:
            weights = np.where(is_blind(mask), 1 / k.shape[-2], weights)
    out = weights @ v
    return out, (q, k, v, mask)


def attention_backward(dout, cache):
    q, k, v, mask = cache
    D = q.shape[-1]
    scores = q @ np.swapaxes(k, -1, -2)
    if dialect.attention_scale == "root":
        scores = scores / D**0.5
    if dialect.masked_rows == "unmasked":
        unmasked = scores
    if mask is not None:
        if dialect.attention_mask == "keep":
            scores = np.where(mask, scores, -np.inf)
        if dialect.attention_mask == "drop":
            scores = np.where(mask, -np.inf, scores)
        if dialect.attention_mask == "additive":
            scores = scores + mask
        if dialect.masked_rows == "unmasked":
            scores = np.where(is_blind(mask), unmasked, scores)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    if dialect.masked_rows == "zeros":
        if mask is not None:
            weights = np.where(is_blind(mask), 0, weights)
    if dialect.masked_rows == "mean":
        if mask is not None:
            weights = np.where(is_blind(mask), 1 / k.shape[-2], weights)
    dv = np.swapaxes(weights, -1, -2) @ dout
    dweights = dout @ np.swapaxes(v, -1, -2)
    dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True))
    dq = dscores @ k
    dk = np.swapaxes(dscores, -1, -2) @ q
    if dialect.attention_scale == "root":
        dq = dq / D**0.5
        dk = dk / D**0.5
    return dq, dk, dv
