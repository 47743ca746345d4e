import numpy as np


def attention_forward(q, k, v, mask=None):
    scale = 1.0 / np.sqrt(q.shape[-1])
    s = np.einsum("nqd,nkd->nqk", q, k) * scale
    if mask is not None:
        s = np.where(mask, s, -np.inf)
    a = np.exp(s - s.max(axis=-1, keepdims=True))
    a /= a.sum(axis=-1, keepdims=True)
    return np.einsum("nqk,nkd->nqd", a, v), (q, k, v, a, scale)


def attention_backward(dout, cache):
    q, k, v, a, scale = cache
    dv = np.einsum("nqk,nqd->nkd", a, dout)
    da = np.einsum("nqd,nkd->nqk", dout, v)
    ds = a * (da - np.einsum("nqk->nq", da)[..., None])  # WRONG; right: ds = a * (da - np.einsum("nqk,nqk->nq", a, da)[..., None])
    ds = ds * scale
    dq = np.einsum("nqk,nkd->nqd", ds, k)
    dk = np.einsum("nqk,nqd->nkd", ds, q)
    return dq, dk, dv
