"""Attention over a grid of features, whose softmax is a function of its own."""

import numpy as np


def softmax(scores, axis):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def dot_product_attention_forward(prev_h, A):
    N, H, D_a, _ = A.shape
    places = A.reshape(N, H, -1)
    scores = (places.swapaxes(1, 2) @ prev_h[:, :, None])[:, :, 0] / H**0.5
    weights = softmax(scores, axis=1)
    attn = (places @ weights[:, :, None])[:, :, 0]
    return attn, weights.reshape(N, D_a, D_a), (prev_h, places, weights, A.shape)


def dot_product_attention_backward(dattn, cache):
    prev_h, places, weights, shape = cache
    H = prev_h.shape[1]
    dweights = (places.swapaxes(1, 2) @ dattn[:, :, None])[:, :, 0]
    dscores = weights * (dweights - np.sum(dweights * weights, axis=1, keepdims=True)) / H**0.5
    dprev_h = (places @ dscores[:, :, None])[:, :, 0]
    dA = dattn[:, :, None] * weights[:, None, :] + prev_h[:, :, None] * dscores[:, None, :]
    return dprev_h, dA.reshape(shape)
