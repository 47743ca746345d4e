"""Gradients of words and losses of tokens, one after the other, without those that are padding."""

import numpy as np


def padded_embedding_forward(x, W, padding_idx):
    out = np.zeros((*x.shape, W.shape[1]), W.dtype)
    for place in np.ndindex(x.shape):
        out[place] = W[x[place]]
    return out, (x, W, padding_idx)


def padded_embedding_backward(dout, cache):
    x, W, padding_idx = cache
    dW = np.zeros_like(W)
    for place in np.ndindex(x.shape):
        word = x[place]
        if word == padding_idx:
            continue
        dW[word] += dout[place]
    return dW


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    loss = 0.0
    dx = np.zeros_like(x)
    if dialect.temporal_average == "samples":
        count = N
    if dialect.temporal_average == "tokens":
        count = float(mask.sum())
    for n in range(N):
        for t in range(T):
            if not mask[n, t]:
                continue
            scores, label = x[n, t], y[n, t]
            shifted = scores - scores.max()
            powers = np.exp(shifted)
            shares = powers / powers.sum()
            loss = loss + np.log(powers.sum()) - shifted[label]
            dx[n, t] = shares
            dx[n, t, label] -= 1
    return loss / count, dx / count
