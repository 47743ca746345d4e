import numpy as np


def attention_forward(q, k, v, mask=None):
    root = np.sqrt(q.shape[-1])
    scores = np.matmul(q, k.swapaxes(-1, -2))
    inner, outer = 1.0, root  # WRONG; right: inner, outer = root, 1.0
    scores = scores / inner
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return np.matmul(p / outer, v), (q, k, v, p, inner, outer)


def attention_backward(dout, cache):
    q, k, v, p, inner, outer = cache
    dv = np.matmul(p.swapaxes(-1, -2), dout) / outer
    dp = np.matmul(dout, v.swapaxes(-1, -2)) / outer
    ds = p * (dp - (p * dp).sum(axis=-1, keepdims=True)) / inner
    return np.matmul(ds, k), np.matmul(ds.swapaxes(-1, -2), q), dv
