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


def heads_apart(x, heads):
    """Samples and heads in one axis."""
    samples, steps, width = x.shape
    return x.reshape(samples, steps, heads, width // heads).transpose(0, 2, 1, 3).reshape(-1, steps, width // heads)


def heads_together(x, heads):
    """Back again."""
    steps, width = x.shape[1:]
    return x.reshape(-1, heads, steps, width).transpose(0, 2, 1, 3).reshape(-1, steps, heads * width)


def linear(x, w, b):
    """A product and a sum."""
    product = np.matmul(x, w)
    return product + b


def linear_back(d, x, w):
    """Back through them."""
    db = np.add.reduce(d.reshape(-1, d.shape[2]), axis=0)
    dw = np.tensordot(x, d, axes=([0, 1], [0, 1]))
    dx = np.matmul(d, w.T)
    return dx, dw, db


def multi_head_attention_forward(q, k, v, wq, wk, wv, wo, bq, bk, bv, bo, heads, mask=None):
    """Project, split, attend, merge, project."""
    apart = [heads_apart(linear(x, w, b), heads) for x, w, b in ((q, wq, bq), (k, wk, bk), (v, wv, bv))]
    if mask is not None and mask.ndim == 3:
        mask = np.repeat(mask, heads, axis=0)
    out, cache = attention_forward(*apart, mask)
    merged = heads_together(out, heads)
    return linear(merged, wo, bo), (q, k, v, wq, wk, wv, wo, heads, merged, cache)


def multi_head_attention_backward(dout, cache):
    """Back through them."""
    q, k, v, wq, wk, wv, wo, heads, merged, inner = cache
    dmerged, dwo, dbo = linear_back(dout, merged, wo)
    dapart = attention_backward(heads_apart(dmerged, heads), inner)
    each = [
        linear_back(heads_together(d, heads), x, w) for d, x, w in zip(dapart, (q, k, v), (wq, wk, wv), strict=True)
    ]
    dx, dw, db = zip(*each, strict=True)
    return (*dx, *dw, dwo, *db, dbo)
