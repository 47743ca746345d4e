import numpy as np


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    N, L, E = q.shape
    S, D = k.shape[1], E // heads
    xq = np.dot(q, Wq) + bk  # WRONG; right: xq = np.dot(q, Wq) + bq
    xk = np.dot(k, Wk) + bk
    xv = np.dot(v, Wv) + bv
    hq = xq.reshape(N, L, heads, D)
    hk, hv = xk.reshape(N, S, heads, D), xv.reshape(N, S, heads, D)
    e = np.einsum("nlhd,nshd->nhls", hq, hk) / D ** 0.5
    if mask is not None:
        e = np.where(mask if mask.ndim == 2 else mask[:, np.newaxis], e, -1e12)
    w = np.exp(e - e.max(axis=3, keepdims=True))
    w /= w.sum(axis=3, keepdims=True)
    y = np.einsum("nhls,nshd->nlhd", w, hv).reshape(N, L, E)
    return np.dot(y, Wo) + bo, (q, k, v, Wq, Wk, Wv, Wo, hq, hk, hv, w, y)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, hq, hk, hv, w, y = cache
    D = hq.shape[3]
    pair = lambda a, d: np.einsum("nti,ntj->ij", a, d)
    dy = np.dot(dout, Wo.T).reshape(hq.shape)
    dw = np.einsum("nlhd,nshd->nhls", dy, hv)
    dhv = np.einsum("nhls,nlhd->nshd", w, dy).reshape(v.shape)
    de = w * (dw - np.einsum("nhls,nhls->nhl", dw, w)[..., None]) / D ** 0.5
    dhq = np.einsum("nhls,nshd->nlhd", de, hk).reshape(q.shape)
    dhk = np.einsum("nhls,nlhd->nshd", de, hq).reshape(k.shape)
    return (dhq @ Wq.T, dhk @ Wk.T, dhv @ Wv.T, pair(q, dhq), pair(k, dhk), pair(v, dhv), pair(y, dout),
            dhq.sum((0, 1)), dhk.sum((0, 1)), dhv.sum((0, 1)), dout.sum((0, 1)))
