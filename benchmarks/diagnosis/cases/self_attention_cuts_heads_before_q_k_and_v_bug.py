import numpy as np


def softmax(s):
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def self_attention_forward(x, W, b, Wo, bo, heads, mask=None):
    N, T, E = x.shape
    d = E // heads
    packed = x @ W + b
    q, k, v = np.moveaxis(packed.reshape(N, T, heads, 3, d), 3, 0)  # WRONG; right: q, k, v = np.moveaxis(packed.reshape(N, T, 3, heads, d), 2, 0)
    scores = np.einsum("nthd,nshd->nhts", q, k) / np.sqrt(d).astype(x.dtype)
    if mask is not None:
        allowed = mask[None, None] if mask.ndim == 2 else mask[:, None]
        scores = np.where(allowed, scores, -np.inf)
    p = softmax(scores)
    y = np.einsum("nhts,nshd->nthd", p, v).reshape(N, T, E)
    return y @ Wo + bo, (x, W, Wo, q, k, v, p, y)


def self_attention_backward(dout, cache):
    x, W, Wo, q, k, v, p, y = cache
    N, T, heads, d = q.shape
    dWo = np.einsum("nti,ntj->ij", y, dout)
    dbo = dout.sum(axis=(0, 1))
    dy = (dout @ Wo.T).reshape(q.shape)
    dv = np.einsum("nhts,nthd->nshd", p, dy)
    dp = np.einsum("nthd,nshd->nhts", dy, v)
    ds = p * (dp - np.sum(dp * p, axis=-1, keepdims=True)) / np.sqrt(d).astype(x.dtype)
    dq = np.einsum("nhts,nshd->nthd", ds, k)
    dk = np.einsum("nhts,nthd->nshd", ds, q)
    dpacked = np.stack([dq, dk, dv], axis=3).reshape(N, T, -1)  # WRONG; right: dpacked = np.stack([dq, dk, dv], axis=2).reshape(N, T, -1)
    dW = np.einsum("nti,ntj->ij", x, dpacked)
    db = dpacked.sum(axis=(0, 1))
    return dpacked @ W.T, dW, db, dWo, dbo
