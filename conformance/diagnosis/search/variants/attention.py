"""Scaled dot-product attention."""

import numpy as np


def attention_forward(q, k, v, mask=None):
    D = q.shape[-1]
    scores = q @ np.swapaxes(k, -1, -2)
    if dialect.attention_scale == "root":
        scores = scores / D**0.5
    if mask is not None:
        if dialect.attention_mask == "keep":
            scores = np.where(mask, scores, -np.inf)
        if dialect.attention_mask == "drop":
            scores = np.where(mask, -np.inf, scores)
        if dialect.attention_mask == "additive":
            scores = scores + mask
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = powers / powers.sum(axis=-1, keepdims=True)
    out = weights @ v
    return out, (q, k, v, weights)


def attention_backward(dout, cache):
    q, k, v, weights = cache
    D = q.shape[-1]
    dv = np.swapaxes(weights, -1, -2) @ dout
    dweights = dout @ np.swapaxes(v, -1, -2)
    dscores = weights * (dweights - np.sum(dweights * weights, axis=-1, keepdims=True))
    dq = dscores @ k
    dk = np.swapaxes(dscores, -1, -2) @ q
    if dialect.attention_scale == "root":
        dq = dq / D**0.5
        dk = dk / D**0.5
    return dq, dk, dv
