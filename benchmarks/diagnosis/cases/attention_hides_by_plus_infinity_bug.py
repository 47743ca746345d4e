"""Attention of one head, masked by a fill."""

import numpy as np

HIDDEN = -float("-inf")  # WRONG; right: HIDDEN = -float("inf")


def attention_forward(q, k, v, mask=None):
    scores = np.matmul(q, k.transpose(0, 2, 1)) * (1.0 / np.sqrt(q.shape[2])).astype(q.dtype)
    if mask is not None:
        scores = np.where(mask, scores, np.asarray(HIDDEN, scores.dtype))
    scores = np.exp(scores - scores.max(axis=2, keepdims=True))
    A = scores / scores.sum(axis=2, keepdims=True)
    return np.matmul(A, v), (q, k, v, A)


def attention_backward(dout, cache):
    q, k, v, A = cache
    dA = np.matmul(dout, v.transpose(0, 2, 1))
    dS = A * (dA - np.sum(dA * A, axis=2, keepdims=True)) / np.sqrt(q.shape[2]).astype(q.dtype)
    return np.matmul(dS, k), np.matmul(dS.transpose(0, 2, 1), q), np.matmul(A.transpose(0, 2, 1), dout)
