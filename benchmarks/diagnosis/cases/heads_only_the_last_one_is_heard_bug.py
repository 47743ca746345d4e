import numpy as np


def soft(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    Q, K, V = q @ Wq + bq, k @ Wk + bk, v @ Wv + bv
    E = q.shape[2]
    d = E // heads
    scale = q.dtype.type(1 / np.sqrt(d))
    out, kept = np.zeros_like(q), []
    for h in range(heads):
        c = slice(h * d, h * d + d)
        s = Q[..., c] @ K[..., c].transpose(0, 2, 1) * scale
        if mask is not None:
            s = np.where(mask, s, -np.inf)
        p = soft(s)
        y = p @ V[..., c]
        out = y @ Wo[c]  # WRONG; right: out += y @ Wo[c]
        kept.append((p, y))
    return out + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, heads, kept)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, heads, kept = cache
    d = q.shape[2] // heads
    scale = q.dtype.type(1 / np.sqrt(d))
    dQ, dK, dV, dWo = np.zeros_like(Q), np.zeros_like(K), np.zeros_like(V), np.zeros_like(Wo)
    for h, (p, y) in enumerate(kept):
        c = slice(h * d, h * d + d)
        dWo[c] = np.einsum("ntd,nte->de", y, dout)
        dy = dout @ Wo[c].T
        dp = dy @ V[..., c].transpose(0, 2, 1)
        ds = p * (dp - (dp * p).sum(-1, keepdims=True)) * scale
        dQ[..., c], dK[..., c] = ds @ K[..., c], ds.transpose(0, 2, 1) @ Q[..., c]
        dV[..., c] = p.transpose(0, 2, 1) @ dy
    grad = lambda x, g: np.einsum("ntd,nte->de", x, g)
    return (dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, grad(q, dQ), grad(k, dK), grad(v, dV), dWo,
            dQ.sum((0, 1)), dK.sum((0, 1)), dV.sum((0, 1)), dout.sum((0, 1)))
