"""Attention as a computational graph: one small step per line, walked back node by node."""

import numpy as np

FAR_BELOW = -1e9


def attention_forward(q, k, v, mask=None):
    """Product, scale, mask, shift, exp, sum, quotient, mean."""
    root = np.sqrt(q.dtype.type(q.shape[-1]))
    product = np.matmul(q, np.transpose(k, (0, 2, 1)))
    scores = product / root
    if mask is not None:
        scores = np.where(mask, scores, q.dtype.type(FAR_BELOW))
    shifted = scores - np.max(scores, axis=2, keepdims=True)
    powers = np.exp(shifted)
    totals = np.sum(powers, axis=2, keepdims=True)
    inverse = 1 / totals
    weights = powers * inverse
    out = np.matmul(weights, v)
    return out, (q, k, v, mask, root, powers, inverse, weights)


def attention_backward(dout, cache):
    """Back through them."""
    q, k, v, mask, root, powers, inverse, weights = cache
    dv = np.matmul(np.transpose(weights, (0, 2, 1)), dout)
    dweights = np.matmul(dout, np.transpose(v, (0, 2, 1)))
    dinverse = np.sum(dweights * powers, axis=2, keepdims=True)
    dtotals = -dinverse * inverse * inverse
    dpowers = dweights * inverse + dtotals
    dscores = dpowers * powers
    if mask is not None:
        dscores = np.where(mask, dscores, 0).astype(q.dtype)
    dproduct = dscores / root
    dq = np.matmul(dproduct, k)
    dk = np.matmul(np.transpose(dproduct, (0, 2, 1)), q)
    return dq, dk, dv
