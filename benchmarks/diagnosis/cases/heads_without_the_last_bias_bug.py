import numpy as np


class Heads:
    def __init__(self, heads):
        self.h = heads

    def cut(self, x):
        n, t, e = x.shape
        return x.reshape(n, t, self.h, e // self.h).transpose(0, 2, 1, 3)

    def join(self, x):
        n, h, t, d = x.shape
        return x.transpose(0, 2, 1, 3).reshape(n, t, h * d)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    H = Heads(heads)
    Q, K, V = H.cut(q @ Wq + bq), H.cut(k @ Wk + bk), H.cut(v @ Wv + bv)
    root = np.sqrt(Q.shape[-1]).astype(q.dtype)
    s = Q @ K.transpose(0, 1, 3, 2) / root
    if mask is not None:
        m = mask if mask.ndim == 2 else mask[:, None]
        s = np.where(m, s, np.finfo(s.dtype).min)
    e = np.exp(s - s.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    ctx = H.join(p @ V)
    out = ctx @ Wo  # WRONG; right: out = ctx @ Wo + bo
    return out, (H, q, k, v, Q, K, V, p, ctx, Wq, Wk, Wv, Wo, root)


def multi_head_attention_backward(dout, cache):
    H, q, k, v, Q, K, V, p, ctx, Wq, Wk, Wv, Wo, root = cache
    dWo, dbo = np.einsum("nte,ntf->ef", ctx, dout), dout.sum((0, 1))
    d = H.cut(dout @ Wo.T)
    dV = p.transpose(0, 1, 3, 2) @ d
    dp = d @ V.transpose(0, 1, 3, 2)
    ds = p * (dp - (dp * p).sum(-1, keepdims=True)) / root
    dQ, dK = ds @ K, ds.transpose(0, 1, 3, 2) @ Q
    dQ, dK, dV = H.join(dQ), H.join(dK), H.join(dV)
    dWq, dWk, dWv = (np.einsum("nte,ntf->ef", x, g) for x, g in ((q, dQ), (k, dK), (v, dV)))
    dbq, dbk, dbv = dQ.sum((0, 1)), dK.sum((0, 1)), dV.sum((0, 1))
    return dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, dWq, dWk, dWv, dWo, dbq, dbk, dbv, dbo
